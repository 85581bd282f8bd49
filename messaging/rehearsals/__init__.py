"""Rules rehearsed before they are switched on: a draft judges the traffic of a day that is stored.

Nothing is sent, and no counter moves. The drafts ask the functions of `messaging.policy`; what
really happened to each message is what they are compared with.
"""
