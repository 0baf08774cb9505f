"""Trains, evaluates and exports the models; never part of the installed app."""
