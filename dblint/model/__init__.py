"""The words dblint thinks in: frozen facts of every stage, without any behaviour that needs a library.

Reading order: `place` and `syntax` (what stands in a file), `sql` and `schema` (what a statement says),
`facts` (what one file or the whole system says about tables), `tree` (services and files), `findings`.
"""
