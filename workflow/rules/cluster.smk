# Needs: nothing. Yields: ask_again, without which Snakemake may wait for ever for jobs of a Slurm.


def ask_again():
    """Let Slurm's executor go on watching its jobs where Slurm does not answer, as while its controller is started anew.

    Version 2.8 asks five times in a row for the states of its jobs; if there is no answer it forgets all of them, and Snakemake
    waits for ever (issue 207 of the plugin). An answer without any job leaves them to the next time that it asks.
    """
    executor = sys.modules.get("snakemake_executor_plugin_slurm")
    if executor is None:
        return
    ask = executor.query_job_status

    async def answered(*question):
        states, seconds = await ask(*question)
        return ({}, 0.0) if states is None else (states, seconds)

    executor.query_job_status = answered
