"""What a study will take before it is run: its jobs, what each computes, and a schedule of them."""
