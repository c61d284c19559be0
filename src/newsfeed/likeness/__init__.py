"""Likeness: which articles say nearly the same, and which of them was first.

`sketch` makes a text comparable, `ledger` writes sketches into the register, `duplicates` asks it
for the articles that resemble one another. Articles stay as they are: a link says that two texts
resemble each other, and nothing is merged, hidden or renamed for it.

Nothing but sketches is stored. What resembles what is asked each time, of the live articles alone,
so the answer depends on nothing but them: not on the order of files, nor on the number of runs.
"""
