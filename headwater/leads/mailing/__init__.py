"""Mail from the house to those who inquired: a room queues what it has to say, this sends it, at most once.

`Outbox` is the way of a mail, over a table of the room's own; `words` what every mail ends with; `opting_out`
the link that has it end; `server` one try; `house` who writes.
"""
