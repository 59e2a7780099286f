"""What people may see of the floor, one file a thing: queues, agents, calls, nodes and the rest.

Pure reads of State. Instants are seconds since the epoch, durations plain seconds; an empty string or 0.0 means none.
"""
