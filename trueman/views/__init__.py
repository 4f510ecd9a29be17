"""Pure folds over events: what the world looks like after them.

Used live by `ws` and `api`, for history by `db_updater`.
"""
