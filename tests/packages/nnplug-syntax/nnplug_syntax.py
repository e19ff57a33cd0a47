"""Ends in the middle of a line."""

import nnplug

answer = 6 *
