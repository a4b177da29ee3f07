"""What tests of several demos do: set controls, wait for a training, start it and pause it."""

import asyncio


def set_all(demo, **values):
    """Set controls of the demo, by name."""
    for name, value in values.items():
        demo.controls[name].value = value


async def until(condition, seconds=60):
    """Let the loop turn until ``condition()`` holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.001)


def train_by_button(demo, batches):
    """Press Start, wait for more than so many ``batches``, press again: nothing may go on."""
    async def session():
        demo.start_or_pause()
        assert (demo.start_button.description, demo.caption.busy) == ("Pause", True)
        await until(lambda: demo.done > batches)
        demo.start_or_pause()
        done = demo.done
        await asyncio.sleep(0.1)
        assert demo.done == done
        assert (demo.start_button.description, demo.caption.busy) == ("Start", False)

    asyncio.run(session())
