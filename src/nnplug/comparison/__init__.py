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
load : a comparison from its folder, without training
claims, measures, outcomes : what a report says in words, and whether the runs show it
binomial : an exact test of the share of runs that do a thing
api : all of it in one call, `nnplug.compare`
"""
