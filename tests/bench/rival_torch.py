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


def batches(workload):
    """Pairs of inputs and targets, a row of each for every row of the batch."""
    inputs, size = workload["inputs"], workload["batch"]
    rows = torch.tensor(workload["data"], dtype=torch.float64).reshape(workload["rows"], -1)
    return [(part[:, :inputs], part[:, inputs:]) for part in rows.split(size)]


def squared(outputs, targets):
    return ((targets - outputs) ** 2).sum() / (2 * len(outputs))


class Network:
    """nn.Linear and an optimizer, as one writes it."""

    def __init__(self, workload):
        self.workload = workload
        inputs, hidden, outputs = (workload[name] for name in ("inputs", "hidden", "outputs"))
        self.batches = batches(workload)
        first, second = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, outputs)
        self.linear = [first, second]
        self.model = torch.nn.Sequential(first, torch.nn.Sigmoid(), second, torch.nn.Sigmoid())
        self.loss = squared
        if workload["section"] == "matrix":
            self.model = torch.nn.Sequential(first, torch.nn.ReLU(), second)
            self.loss = torch.nn.functional.cross_entropy
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


FUNCTIONS = {
    "max": torch.maximum,
    "min": torch.minimum,
    "leaky_relu": lambda x, slope: torch.nn.functional.leaky_relu(x, slope),
    "softplus": torch.nn.functional.softplus,
    **{
        name: getattr(torch, name)
        for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs")
    },
}


class Formulas:
    """The same formulas on tensors, one entry a row of the batch."""

    def __init__(self, workload):
        self.workload = workload
        text = workload["formulas"].replace("^", "**")
        self.code = compile(text, "formulas", "exec")
        self.batches = [
            {
                **{f"x{i + 1}": inputs[:, i].clone() for i in range(inputs.shape[1])},
                **{f"t{i + 1}": targets[:, i].clone() for i in range(targets.shape[1])},
            }
            for inputs, targets in batches(workload)
        ]
        self.parameters = {
            f"p{i + 1}": torch.zeros((), requires_grad=True)
            for i in range(len(workload["parameters"]))
        }
        self.optimizer = torch.optim.SGD(self.parameters.values(), lr=workload["rate"])

    def reset(self):
        with torch.no_grad():
            for parameter, number in zip(self.parameters.values(), self.workload["parameters"]):
                parameter.fill_(number)

    def run(self, steps):
        for step in range(steps):
            names = {**FUNCTIONS, **self.parameters, **self.batches[step % len(self.batches)]}
            self.optimizer.zero_grad()
            exec(self.code, names)
            names["E"].mean().backward()
            self.optimizer.step()

    def numbers(self):
        return [parameter.item() for parameter in self.parameters.values()]


ROWS = [
    ("online", "PyTorch", "", Network),
    ("xor", "PyTorch", "", Network),
    ("block", "PyTorch", "", Network),
    ("matrix", "PyTorch", "", Network),
    ("graph", "PyTorch", "", Formulas),
    ("graph-block", "PyTorch", "", Formulas),
]


def answer(words, workloads, ready):
    if words[0] == "rows":
        for section, label, note, _ in ROWS:
            print(section, label, TOLERANCE, "parameters", note, sep="\t")
        print(".")
        return
    row, steps = int(words[1]), int(words[2])
    if row not in ready:
        section, _, _, rival = ROWS[row]
        ready[row] = rival({"section": section, **workloads[section]})
    ready[row].reset()
    start = time.process_time_ns()
    ready[row].run(steps)
    took = time.process_time_ns() - start
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
