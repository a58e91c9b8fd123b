"""Runs what may crash, hang or eat the memory in processes that can be killed, and remembers what they found.

Knows nothing of databases: work is a function from a number to bytes, and an answer is those bytes or the reason why there are
none.
"""
