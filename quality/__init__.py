"""The quality gate: how well the reader reads pages whose articles are known, against floors that are never lowered silently.

`python -m quality` measures and compares, `python -m quality --pin` writes new floors down.
"""
