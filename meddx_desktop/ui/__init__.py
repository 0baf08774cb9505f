"""The window: the only folder that knows Qt. It draws and never computes."""
