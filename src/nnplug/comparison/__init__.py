"""Comparing settings over many seeds: what is varied, the runs, and what they prove.

vary : "lr=0.001..1:log7" and other texts become axes
plan : axes, seeds and the metric become settings to train
records : what came of each run, as plain data
tasks, execute, pool : runs in stacks, here or in worker processes
store : every finished run in a file, so that a killed comparison goes on
tune : each setting's own learning rate, on seeds that judge nothing
statistics, verdict : an exact paired test, and what it proves
words, caveats, spelling : the verdict in words
tables : the table as text, CSV, Markdown, LaTeX and JSON
api : all of it in one call, `nnplug.compare`
"""
