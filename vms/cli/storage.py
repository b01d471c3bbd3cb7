"""What commands do that only read or write what is stored: the database is opened, used and closed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime.clock import SystemClock
from vms.bootstrap import Storage, open_storage
from vms.data_folder import open_data_folder
from vms.settings import Settings

T = TypeVar("T")


def with_storage(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    async def main() -> T:
        folder = open_data_folder(settings.data)
        async with open_storage(settings, folder, clock=SystemClock()) as storage:
            return await work(storage)

    return asyncio.run(main())
