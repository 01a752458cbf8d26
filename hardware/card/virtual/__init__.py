"""A card of our own: same commands, files and moods as a My Number Card, with keys made at run time.

`authority` makes certificates, `application` answers commands, `card` puts applications together and misbehaves on
request, `states` names the situations, `transport` is the card without PC/SC, `slot` puts it into vpcd, `service`
makes sure that pcscd runs. Everything here is marked TEST and trusted only where somebody installed its authority.
"""
