// FEEL in Node, for comparison with `python -m tests.benchmarks feel`:
// npm install feelin@8.2.0 in a folder of its own, and run this file from there.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const path = createRequire(join(process.cwd(), "x.js")).resolve("feelin");
const { evaluate } = await import(pathToFileURL(path));
const TEXTS = {
  condition: 'amount > 100 and region = "EU"',
  arithmetic: "amount * 1.19 + 5",
  filter: "items[price > 10].price",
  iteration: "sum(for i in items return i.price * i.qty)",
};
const items = [...Array(20).keys()].map((price) => ({ price, qty: 2 }));
const context = { amount: 120, region: "EU", items };
const COUNT = 1000;

for (const [name, text] of Object.entries(TEXTS)) {
  const taken = Array.from({ length: 5 }, () => {
    const begin = performance.now();
    for (let i = 0; i < COUNT; i++) evaluate(text, context);
    return ((performance.now() - begin) / COUNT) * 1000;
  }).sort((a, b) => a - b);
  console.log(`feelin feel ${name}-with-compiling ${taken[2].toPrecision(4)} us`);
}
