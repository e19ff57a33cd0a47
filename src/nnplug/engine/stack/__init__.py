"""Many runs of one structure, trained as one network with a row for each run.

structure : which runs may train together
network, updater : the networks of the runs as one, made from their live state at any moment
proof : each row against its run alone, from the live state
members : one run in a stack, and what its callbacks see
stack : the training loop
many : from settings to results: groups, chunks, and one by one where a stack is not right
"""
