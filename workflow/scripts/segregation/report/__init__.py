"""The report: one page that can be read like the paper, drawn from the tables of a study."""
