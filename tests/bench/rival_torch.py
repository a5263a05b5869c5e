#!/usr/bin/python3
"""PyTorch, in doubles and on one thread: the protocol is that of rival.h.

    rival_torch.py WORKLOADS.json"""

import json
import sys
import time

try:
    import torch
except ImportError:
    sys.exit(1)

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

TOLERANCE = 1e-9


def layers(workload):
    """The two layers as they are in the workload: (weights, biases) each."""
    numbers = workload["parameters"]
    made = []
    at = 0
    shape = [workload["inputs"], workload["hidden"], workload["outputs"]]
    for inputs, units in zip(shape, shape[1:]):
        rows = torch.tensor(numbers[at : at + units * (inputs + 1)]).reshape(units, inputs + 1)
        made.append((rows[:, 1:], rows[:, 0]))
        at += units * (inputs + 1)
    return made


def squared(outputs, targets):
    return ((targets - outputs) ** 2).sum() / (2 * len(outputs))


class Network:
    """nn.Linear and an optimizer, as one writes it."""

    def __init__(self, workload):
        self.workload = workload
        inputs, hidden, outputs = (workload[name] for name in ("inputs", "hidden", "outputs"))
        first, second = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, outputs)
        self.linear = [first, second]
        self.model = torch.nn.Sequential(first, torch.nn.Sigmoid(), second, torch.nn.Sigmoid())
        self.loss = squared
        rows = torch.tensor(workload["data"], dtype=torch.float64).reshape(workload["rows"], inputs + outputs)
        self.batches = [
            (rows[at : at + workload["batch"], :inputs], rows[at : at + workload["batch"], inputs:])
            for at in range(0, workload["rows"], workload["batch"])
        ]
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=workload["rate"])

    def reset(self):
        with torch.no_grad():
            for linear, (weights, biases) in zip(self.linear, layers(self.workload)):
                linear.weight.copy_(weights)
                linear.bias.copy_(biases)

    def run(self, steps):
        for step in range(steps):
            inputs, targets = self.batches[step % len(self.batches)]
            self.optimizer.zero_grad()
            self.loss(self.model(inputs), targets).backward()
            self.optimizer.step()

    def numbers(self):
        with torch.no_grad():
            parts = [
                torch.cat((linear.bias.unsqueeze(1), linear.weight), 1).flatten()
                for linear in self.linear
            ]
            return torch.cat(parts).tolist()


ROWS = [
    ("online", "PyTorch", "", Network),
    ("xor", "PyTorch", "", Network),
    ("block", "PyTorch", "", Network),
]


def answer(words, workloads, ready):
    if words[0] == "rows":
        for section, label, note, _ in ROWS:
            print(section, label, TOLERANCE, "parameters", note, sep="\t")
        print(".")
        return
    row, steps = int(words[1]), int(words[2])
    if row not in ready:
        ready[row] = ROWS[row][3](workloads[ROWS[row][0]])
    ready[row].reset()
    start = time.perf_counter_ns()
    ready[row].run(steps)
    took = time.perf_counter_ns() - start
    if words[0] == "time":
        print(took)
    else:
        print(*map(repr, ready[row].numbers()))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        workloads = json.load(file)
    ready = {}
    for line in sys.stdin:
        answer(line.split(), workloads, ready)
        sys.stdout.flush()


main()
