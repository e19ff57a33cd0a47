"""Reports: what a student hands in of runs and comparisons, as Markdown and as HTML."""
