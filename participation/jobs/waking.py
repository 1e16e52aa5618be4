"""Waking the worker: huey calls `drain` after each commit that asked for work, and once a minute.

The rows are the truth; huey only says "look". A lost wake-up therefore costs a minute, no work.
This is the only module that knows huey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from huey import Huey, MemoryHuey, RedisExpireHuey, crontab
from huey.serializer import Serializer

from participation.jobs import apart, daily, queue, retention, worker

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


@dataclass(frozen=True)
class Inside:
    """What does the work inside of this process: threads for the outbox, and a watch over long runs."""

    consumer: Any
    watcher: apart.Watcher

    def stop(self, *, graceful: bool = True) -> None:
        """End both; a long run under way goes on with the next start."""
        self.consumer.stop(graceful=graceful)
        self.watcher.stop()


def start_inside(app: Flask) -> Inside:
    """Start huey's consumer as threads of this process, and the watch over long runs; call `stop()` at the end."""
    huey = app.extensions.get("huey") or create_huey(app)
    consumer = huey.create_consumer(workers=1, worker_type="thread", periodic=True, check_worker_health=True)
    consumer.start()
    with app.app_context():
        retention.plan()
        daily.plan()
    watcher = apart.Watcher(app)
    watcher.start()
    log.info("jobs are done inside this process")
    return Inside(consumer, watcher)
