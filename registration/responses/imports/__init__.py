"""Many persons at once: a table is pasted or uploaded, its columns are named, and then it is taken.

`decoding` and `parsing` make a table of what came, `mapping` finds out what its columns are,
`preview` reads it row by row, `keeping` holds it between the pages, and `applying` puts the persons
forward: all of them in one transaction, or none.
"""
