"""The devices of the counter: camera, QR, IC card, printer – and nothing about applications.

For each device the contract (`__init__`), the real implementations and the simulated one lie side by side in one
folder. `devices.open_devices` is the only factory. Trouble is a `DeviceStatus`, never an exception on a screen.
"""
