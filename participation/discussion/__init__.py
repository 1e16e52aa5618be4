"""Discussion (話し合い): casual talk among residents about an item of a plan.

Words: Thread 話し合い, Branch 枝, Post 投稿, PostKind 理由・心配・提案・質問, Reaction わかる・参考になった, Draft 下書き.
Tables: threads, branches, posts, post_reactions, drafts. Spine: each post owns one contribution.
Below: contributions. Above, those who read it: moderation, notices, front, desk.
Start reading at commands.py.
"""
