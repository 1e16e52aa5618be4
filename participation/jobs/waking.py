"""Waking the worker: huey calls `drain` after each commit that asked for work, and once a minute.

The rows are the truth; huey only says "look". A lost wake-up therefore costs a minute, no work.
This is the only module that knows huey.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask
from huey import Huey, MemoryHuey, RedisExpireHuey, crontab
from huey.serializer import Serializer

from participation.jobs import daily, queue, retention, worker

log = structlog.get_logger("jobs")


def create_huey(app: Flask) -> Huey:
    """Return the huey of this deployment: in memory for one process, Redis for several."""
    url = app.config["REDIS_URL"]
    serializer = Serializer()
    huey: Huey = (
        RedisExpireHuey("participation", url=url, serializer=serializer, results=False)
        if url
        else MemoryHuey("participation", serializer=serializer, results=False)
    )

    def look() -> None:
        with app.app_context():
            worker.drain()

    task: Any = huey.task(name="jobs.look")(look)
    huey.periodic_task(crontab(minute="*"), name="jobs.look_each_minute")(look)
    queue.on_wake(task)
    app.extensions["huey"] = huey
    return huey


def start_inside(app: Flask) -> Any:
    """Start huey's consumer as threads of this process and return it; call its `stop()` at the end."""
    huey = app.extensions.get("huey") or create_huey(app)
    consumer = huey.create_consumer(workers=1, worker_type="thread", periodic=True, check_worker_health=True)
    consumer.start()
    with app.app_context():
        retention.plan()
        daily.plan()
    log.info("jobs are done inside this process")
    return consumer
