"""Desk (聴く机): the pages for staff on which slices meet: today's work, the register, the queue of opinions.

Words: register 受付簿, queue 整理, BulkBatch まとめて行ったこと.
Tables: bulk_batches, bulk_steps. Spine: reads all.
Below: everything. Above, those who read it: app.
Start reading at desk_views.py.
"""
