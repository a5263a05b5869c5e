// synaptic and brain.js: the protocol is that of rival.h.
//
//     rival_npm.mjs WORKLOADS.json FOLDER, where FOLDER holds node_modules
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const workloads = JSON.parse(readFileSync(process.argv[2], "utf8"));
const require = createRequire(resolve(process.argv[3], "here.js"));

function optional(name) {
  try {
    return require(name);
  } catch {
    return null;
  }
}

const synaptic = optional("synaptic");
const brain = optional("brain.js");

// The numbers of the workload by layer and unit: [bias, weights …].
function units(workload) {
  const shape = [workload.inputs, workload.hidden, workload.outputs];
  let at = 0;
  return [0, 1].map((layer) =>
    Array.from({ length: shape[layer + 1] }, () => {
      const width = shape[layer] + 1;
      at += width;
      return workload.parameters.slice(at - width, at);
    }),
  );
}

class Synaptic {
  constructor(workload) {
    this.workload = workload;
    const { inputs, hidden, outputs, data } = workload;
    this.network = new synaptic.Architect.Perceptron(inputs, hidden, outputs);
    this.inputs = data.slice(0, inputs);
    this.targets = data.slice(inputs, inputs + outputs);
  }

  layers() {
    return [...this.network.layers.hidden, this.network.layers.output];
  }

  // It compiles itself at the first activation; what is compiled keeps numbers of its own.
  reset() {
    const numbers = units(this.workload);
    this.network.activate(this.inputs);
    const { memory, data } = this.network.optimized;
    const put = (what, number) => {
      memory[data.variables[what].id] = number;
    };
    this.layers().forEach((layer, l) =>
      layer.list.forEach((neuron, u) => {
        put(`bias_${neuron.ID}`, numbers[l][u][0]);
        Object.values(neuron.connections.inputs).forEach((connection, i) => {
          put(`weight_${connection.ID}`, numbers[l][u][i + 1]);
        });
      }),
    );
  }

  run(steps) {
    for (let step = 0; step < steps; step++) {
      this.network.activate(this.inputs);
      this.network.propagate(this.workload.rate, this.targets);
    }
  }

  numbers() {
    return this.network.activate(this.inputs);
  }
}

class Brain {
  constructor(workload) {
    this.workload = workload;
    const { inputs, hidden, outputs, data, rate } = workload;
    const options = { hiddenLayers: [hidden], learningRate: rate, activation: "sigmoid" };
    this.network = new brain.NeuralNetwork(options);
    this.pattern = {
      input: data.slice(0, inputs),
      output: data.slice(inputs, inputs + outputs),
    };
    this.network.train([this.pattern], { iterations: 1, learningRate: rate });
    this.network.trainOpts.momentum = 0; // which its options forbid
  }

  reset() {
    units(this.workload).forEach((layer, l) =>
      layer.forEach((numbers, u) => {
        this.network.biases[l + 1][u] = numbers[0];
        numbers.slice(1).forEach((number, i) => {
          this.network.weights[l + 1][u][i] = number;
        });
      }),
    );
  }

  run(steps) {
    for (let step = 0; step < steps; step++) {
      this.network.trainPattern(this.pattern, false);
    }
  }

  numbers() {
    return [1, 2].flatMap((layer) =>
      Array.from(this.network.weights[layer]).flatMap((weights, u) => [
        this.network.biases[layer][u],
        ...weights,
      ]),
    );
  }
}

const synapticNote = "its output units leave out their slope: another update, so outputs compared";

const brainNote = "its weights are floats";

const rows = [
  synaptic && ["online", "synaptic", 1e-9, "outputs", synapticNote, Synaptic],
  brain && ["online", "brain.js", 1e-5, "parameters", brainNote, Brain],
].filter(Boolean);

const ready = new Map();

function answer(words) {
  if (words[0] === "rows") {
    return [...rows.map((row) => row.slice(0, 5).join("\t")), "."].join("\n");
  }
  const row = Number(words[1]);
  if (!ready.has(row)) {
    ready.set(row, new rows[row][5](workloads[rows[row][0]]));
  }
  const rival = ready.get(row);
  rival.reset();
  const outputs = words[0] === "numbers" && rows[row][3] === "outputs";
  const start = process.cpuUsage();
  rival.run(outputs ? 0 : Number(words[2]));
  const took = process.cpuUsage(start); // in microseconds
  return words[0] === "time" ? String((took.user + took.system) * 1000) : rival.numbers().join(" ");
}

createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(answer(line.split(" ")) + "\n");
});
