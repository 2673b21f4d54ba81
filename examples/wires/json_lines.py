# The Python half of the wire in json_lines.cpp: a batch is one JSON object a line.
import json


class lines:
    @staticmethod
    def loads(body):
        return [json.loads(line) for line in body.splitlines()]

    @staticmethod
    def dumps(values):
        return "".join(json.dumps(value, allow_nan=False) + "\n" for value in values).encode()


def calibrate(reading):
    return {"sensor": reading["sensor"], "celsius": reading["celsius"] + 0.25}
