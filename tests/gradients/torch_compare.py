#!/usr/bin/python3
"""Computes the random lessons again with PyTorch and compares every value and every gradient.

    torch_compare.py build/tests/gradients

The program writes lessons with the values and gradients it found; here the same formulas are read
as Python, over tensors of doubles, and differentiated by autograd. Ends with a line of totals."""

import re
import subprocess
import sys

LESSONS = 600
TOLERANCE = 1e-9  # of the largest gradient of a lesson

try:
    import torch
except ImportError:
    print("PyTorch is not installed; apt install python3-torch to compare with it")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

torch.set_num_threads(1)


def tensor(value):
    return value if torch.is_tensor(value) else torch.full((1, 1), value, dtype=torch.float64)


def elementwise(function):
    return lambda *values: function(*(tensor(value) for value in values))


def scalar(function):
    return lambda value: function(tensor(value)).reshape(1, 1)


def extreme(of_two, of_all):
    def call(*values):
        values = [tensor(value) for value in values]
        return of_two(*values) if len(values) == 2 else of_all(values[0]).reshape(1, 1)

    return call


def onehot(place, length):
    column = torch.zeros((int(tensor(length).item()), 1), dtype=torch.float64)
    column[int(tensor(place).item()) - 1, 0] = 1
    return column


def matrix(rows):
    return torch.cat([torch.cat([tensor(entry) for entry in row], 1) for row in rows], 0)


def entry(row, column):
    """The index of one entry, counted from 1, which leaves a 1×1 matrix."""
    return slice(row - 1, row), slice(column - 1, column)


FUNCTIONS = {
    "exp": elementwise(torch.exp),
    "log": elementwise(torch.log),
    "sqrt": elementwise(torch.sqrt),
    "sin": elementwise(torch.sin),
    "cos": elementwise(torch.cos),
    "tanh": elementwise(torch.tanh),
    "sigmoid": elementwise(torch.sigmoid),
    "rest": elementwise(lambda x: torch.sigmoid(-x)),
    "relu": elementwise(torch.relu),
    "leaky_relu": elementwise(lambda x, a: torch.where(x > 0, x + 0 * a, a * x)),
    "softplus": elementwise(lambda x: torch.logaddexp(x, torch.zeros_like(x))),
    "abs": elementwise(torch.abs),
    "softmax": elementwise(lambda x: torch.softmax(x, 0)),
    "log_softmax": elementwise(lambda x: torch.log_softmax(x, 0)),
    "max": extreme(torch.maximum, torch.max),
    "min": extreme(torch.minimum, torch.min),
    "sum": scalar(torch.sum),
    "mean": scalar(torch.mean),
    "onehot": onehot,
    "tensor": tensor,
    "matrix": matrix,
    "entry": entry,
    "__builtins__": {},
}

TOKENS = re.compile(
    r"(?P<entry>\[(\d+),(\d+)\])|(?P<open>\[\[)|(?P<close>\]\])|(?P<power>\^)"
    r"|(?P<name>[A-Za-z]\w*)|(?P<number>\d+\.?\d*)"
)


def as_python(formula):
    """A formula of the lesson language in Python: M[2,1] counts from 1, [[ ]] is a matrix."""

    def translate(match):
        kind = match.lastgroup if match["entry"] is None else "entry"
        return {
            "entry": lambda: f"[entry({match[2]}, {match[3]})]",
            "open": lambda: "matrix([[",
            "close": lambda: "]])",
            "power": lambda: "**",
            "name": lambda: match[0],
            "number": lambda: f"tensor({float(match[0])!r})",
        }[kind]()

    # Where σ is nearly 1, little of 1 − σ would be left. The lessons put it in brackets of its own.
    return TOKENS.sub(translate, formula.replace("1 - sigmoid(", "rest("))


def read_lessons(text):
    """The lessons as (number, [(name, formula, is a leaf)], {what: {name: values}})."""
    for block in text.split("end\n"):
        lines = block.splitlines()
        if not lines:
            continue
        definitions, found = [], {"value": {}, "gradient": {}}
        for line in lines[1:]:
            word, _, rest = line.partition(" ")
            if word in found:
                name, rows, columns, *values = rest.split()
                values = torch.tensor([float(value) for value in values], dtype=torch.float64)
                found[word][name] = values.reshape(int(rows), int(columns))
            elif " = " in line:
                name, formula = line.split(" = ", 1)
                leaf = word in ("input", "param")
                definitions.append((name.split()[-1], formula, leaf))
        yield lines[0], definitions, found


def compute(definitions):
    """All values of a lesson, ready to be differentiated."""
    names = {}
    for name, formula, leaf in definitions:
        value = eval(as_python(formula), FUNCTIONS, names)
        if leaf:
            value = value.detach().requires_grad_()
        elif not value.requires_grad:
            value = value.clone().requires_grad_()
        else:
            value = value * 1  # a node of its own, whatever its formula is
        names[name] = value
    return names


def gradients_of(names):
    """By PyTorch; None where one of them is no number: the logarithm of a sigmoid that rounds to 0
    or 1 has a derivative here, which is taken from its net input, and none there."""
    gradients = torch.autograd.grad(names["E"], list(names.values()), allow_unused=True)
    undefined = any(gradient is not None and gradient.isnan().any() for gradient in gradients)
    return None if undefined else gradients


def difference(names, gradients, found):
    """What does not agree, as text, or None."""
    scale = max(float(gradient.abs().max()) for gradient in found["gradient"].values())
    for (name, value), gradient in zip(names.items(), gradients):
        expected = found["value"][name]
        if not torch.allclose(value, expected, rtol=TOLERANCE, atol=TOLERANCE):
            return f"{name} is {value.tolist()} by PyTorch and {expected.tolist()} here"
        gradient = torch.zeros_like(value) if gradient is None else gradient
        expected = found["gradient"][name]
        if not float((gradient - expected).abs().max()) <= TOLERANCE * scale:
            return f"dE/d{name} is {gradient.tolist()} by PyTorch and {expected.tolist()} here"
    return None


def main():
    written = subprocess.run(
        [sys.argv[1], "--write", str(LESSONS)], capture_output=True, text=True, check=True
    ).stdout
    passed = failed = skipped = 0
    for title, definitions, found in read_lessons(written):
        names = compute(definitions)
        gradients = gradients_of(names)
        if gradients is None:
            skipped += 1
            continue
        wrong = difference(names, gradients, found)
        passed, failed = passed + (wrong is None), failed + (wrong is not None)
        if wrong:
            print(title + ": " + wrong)
            print("\n".join(f"{name} = {formula}" for name, formula, _ in definitions))
    failed += passed + failed < LESSONS // 2
    failed += skipped > LESSONS // 100
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
