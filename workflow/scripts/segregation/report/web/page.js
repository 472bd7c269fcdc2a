"use strict";
// Sorting, enlarging and the explorer. All it shows is in the page: nothing is fetched.

const by = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "line", "text", "circle", "title", "g"].includes(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Tables: a click on a heading sorts by its column, a second one the other way; empty cells stay last.
for (const button of document.querySelectorAll(".sortable th button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement, body = heading.closest("table").tBodies[0];
    const column = heading.cellIndex, numeric = heading.classList.contains("number");
    const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const key = (row) => (numeric ? row.cells[column].dataset.value : row.cells[column].textContent);
    const order = (a, b) => (numeric ? a - b : a.localeCompare(b, "en", { numeric: true }));
    const compare = (a, b) => (a === "") - (b === "") || sign * order(a, b);
    body.append(...[...body.rows].sort((a, b) => compare(key(a), key(b))));
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  });
}

// Figures: a click enlarges; Escape or a click closes.
const dialog = by("enlarged");
for (const button of document.querySelectorAll(".enlarge")) {
  button.addEventListener("click", () => {
    const [shown, small] = [dialog.querySelector("img"), button.querySelector("img")];
    [shown.src, shown.alt] = [small.src, small.alt];
    dialog.showModal();
  });
}
dialog.addEventListener("click", (event) => event.target.closest("button") || dialog.close());

// The explorer.
const data = JSON.parse(by("data").textContent);
const chosen = { network: by("network"), layer: by("layer"), ranking: by("ranking"), severity: by("severity") };
const words = { greedy: "greedy lesioning", one_shot: "its first round alone", gradient: "gradient", selectivity: "selectivity", random: "chance" };
const readable = (name) => name.replaceAll("_", " ");
const number = (value) => value.toFixed(2).replace("-", "\u2212");
const percent = (value) => (value === null ? "an unknown share" : `${Math.round(100 * value)}%`);
const spread = (row, text) => (row.value === null ? "undefined" : `${text(row.value)} [${text(row.low)}, ${text(row.high)}]`);
const network = () => data.networks[chosen.network.value];
const layer = () => network().layers[chosen.layer.value];
const severity = () => network().severities[chosen.severity.value];

// Keep a choice where the new list has it; else take the one wanted, or the last.
function offer(select, options, wanted) {
  const kept = select.selectedOptions[0]?.textContent;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  const found = [kept, wanted].map((text) => options.find((option) => option[1] === text)).find(Boolean);
  select.value = (found ?? options.at(-1))[0];
}

function row([where, by_, at, task, value, low, high]) {
  return { layer: where, by: by_, severity: at, task, value, low, high };
}
const effects = (lesion, task) =>
  network().effects.map(row).filter((r) => r.layer === layer().name && r.by === lesion && r.task === task);
const index = (ranking) =>
  network().index.map(row).filter((r) => r.layer === layer().name && r.by === ranking && r.task === "combined");
const at = (rows) => rows.find((r) => r.severity === severity());
const lesion = (task, ranking) => (ranking === "random" ? "random" : ranking === "greedy" ? task : `${task}_by_${ranking}`);

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [300, 210, 40, 34, 10];

// A chart of lines with their intervals over severity, and a mark at the one chosen.
function chart(title, label, lines, low, high) {
  const x = (value) => LEFT + (value / network().severities.at(-1)) * (WIDTH - LEFT - 12);
  const y = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - BOTTOM - TOP);
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  for (let value = Math.ceil(low / 0.5) * 0.5; value <= high + 1e-9; value += 0.5) {
    svg.append(element("line", { x1: LEFT, x2: WIDTH - 12, y1: y(value), y2: y(value), stroke: "#e6e6e6" }));
    svg.append(element("text", { x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, label === "index" ? String(value) : percent(value)));
  }
  for (const value of [0, ...network().severities].filter((s) => Number.isInteger(Math.round(1000 * s) / 100)))
    svg.append(element("text", { x: x(value), y: HEIGHT - BOTTOM + 14, "text-anchor": "middle" }, percent(value)));
  svg.append(element("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, "filters silenced"));
  svg.append(element("line", { x1: x(severity()), x2: x(severity()), y1: TOP, y2: HEIGHT - BOTTOM, stroke: "#222", "stroke-width": 1 }));
  for (const line of lines) {
    const rows = line.rows.filter((r) => r.value !== null).sort((a, b) => a.severity - b.severity);
    if (!rows.length) continue;
    const path = (key) => rows.map((r) => `${x(r.severity).toFixed(1)},${y(Math.min(high, Math.max(low, r[key]))).toFixed(1)}`);
    const band = [...path("high"), ...path("low").reverse()].join("L");
    svg.append(element("path", { d: `M${band}Z`, fill: line.colour, opacity: 0.2 }));
    svg.append(element("path", { d: `M${path("value").join("L")}`, fill: "none", stroke: line.colour, "stroke-width": 2, "stroke-dasharray": line.dashes }));
    const here = at(rows);
    if (here) svg.append(element("circle", { cx: x(here.severity), cy: y(here.value), r: 4, fill: line.colour, stroke: "#fff" }));
  }
  const key = element("p", { class: "source" });
  for (const line of lines) {
    const swatch = element("svg", { width: 22, height: 8, viewBox: "0 0 22 8", style: "width:22px", "aria-hidden": "true" });
    swatch.append(element("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: line.colour, "stroke-width": 2.5, "stroke-dasharray": line.dashes }));
    key.append(swatch, ` ${line.name} \u2003`);
  }
  return element("div", {}, element("h3", {}, title), svg, key);
}

const listed = (parts) => [parts.slice(0, -1).join(", "), ...parts.slice(-1)].filter(Boolean).join(" and ");
const DASHES = ["none", "6 3", "2 2", "8 2 2 2"];

function draw() {
  const { tasks, colours, intact } = network(), ranking = chosen.ranking.value;
  const where = layer().name, share = percent(severity());
  by("share").value = share;
  chosen.severity.setAttribute("aria-valuetext", share);
  const lesions = ranking === "random" ? ["random"] : tasks;
  const named = (name) => (name === "random" ? "random filters" : `filters for ${readable(name)}`);
  const none = { severity: 0, value: 1, low: 1, high: 1 };
  const lines = (name) => tasks.map((task, i) => ({
    name: readable(task), rows: [none, ...effects(lesion(name, ranking), task)], colour: colours[i], dashes: DASHES[i % DASHES.length] }));
  const highest = Math.max(1, ...lesions.flatMap((name) => lines(name).flatMap((l) => l.rows.map((r) => r.high ?? 0))));
  const charts = lesions.map((name) => chart(`Without ${named(name)}`, "performance", lines(name), 0, highest));
  const indices = ranking === "random" ? [] : index(ranking);
  const lowest = Math.min(0, ...indices.map((r) => r.low ?? 0));
  if (indices.length)
    charts.push(chart("Segregation index", "index", [{ name: "combined", rows: indices, colour: "#2166ac", dashes: "none" }], lowest, 1));
  by("charts").replaceChildren(...charts);

  const said = lesions.map((name) => {
    const left = tasks.map((task) => [task, at(effects(lesion(name, ranking), task))]);
    return left.some(([, r]) => !r) ? `Not measured for ${named(name)} at ${share}.` :
      `With ${name === "random" ? `a random ${share} of filters` : `the first ${share} of ${named(name)}`} silenced in ${where}, ` +
      `${listed(left.map(([task, r]) => `${percent(r.value)} of ${readable(task)}`))} performance are left.`;
  });
  const combined = at(indices);
  if (combined) said.push(`The combined segregation index is ${spread(combined, number)}.`);
  by("said").textContent = said.join(" ");

  const cells = (values, tag = "td") => element("tr", {}, ...values.map((v) => element(tag, tag === "th" ? { scope: "col" } : {}, v)));
  const table = element("table", {}, element("caption", {}, `Share of the intact performance that is left, ${readable(network().name)} ${data.kind ?? "network"}, ${where}, ${share} of filters`));
  table.append(element("thead", {}, cells(["silenced", ...tasks.map((task) => `${readable(task)} (intact: ${intact[task] === null ? "unknown" : percent(intact[task])} right)`), tasks.length > 2 ? "index, against the mean of the others" : "index"], "th")));
  const own = (name) => at(network().index.map(row).filter((r) => r.layer === where && r.by === ranking && r.task === name));
  const body = lesions.map((name) => {
    const left = tasks.map((task) => at(effects(lesion(name, ranking), task)));
    return cells([named(name), ...left.map((r) => (r ? spread(r, percent) : "not measured")), own(name) ? spread(own(name), number) : "\u2013"]);
  });
  if (combined) body.push(cells(["combined", ...tasks.map(() => ""), spread(combined, number)]));
  table.append(element("tbody", {}, ...body));
  by("numbers").replaceChildren(element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers of the explorer" }, table));
  pairs();
  if (data.stimuli) stimuli();
}

// Of a network of more than two tasks, the index of each two of them as if there were no others.
function pairs() {
  if (!by("pairs")) return; // a page of pairs alone
  const here = network().pairs.filter(([where]) => where === layer().name);
  if (!here.length || chosen.ranking.value !== "greedy") return by("pairs").replaceChildren();
  const cells = (values, tag = "td") => element("tr", {}, ...values.map((v) => element(tag, tag === "th" ? { scope: "col" } : {}, v)));
  const caption = `Segregation index of each pair of tasks, ${layer().name}, ${percent(data.severity)} of filters, whatever is chosen above`;
  const table = element("table", {}, element("caption", {}, caption), element("thead", {}, cells(["pair", "index"], "th")));
  const body = here.map(([, first, second, value, low, high]) => cells([`${readable(first)}, ${readable(second)}`, spread({ value, low, high }, number)]));
  table.append(element("tbody", {}, ...body));
  by("pairs").replaceChildren(element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Index of each pair of tasks" }, table));
}

function stimuli() {
  const { network: of, filters } = data.stimuli, where = layer().name;
  const here = network().name === of ? filters.filter((f) => f.layer === where) : [];
  const made = [...new Set(filters.map((f) => f.layer))].join(", ");
  const greedy = chosen.ranking.value === "greedy" ? "" : " They are the first of the greedy rankings, whatever is chosen above.";
  by("stimuli-said").textContent = here.length ?
    `First an image synthesised to drive the filter, then the test images that drive it most, one a class; the share of its 20 strongest test images that are of the task.${greedy}` :
    `They were made for the ${readable(of)} network, layers ${made} (figures.preferred_layers).`;
  by("stimuli").replaceChildren(...network().tasks.filter(() => here.length).map((task) => {
    const list = here.filter((f) => f.task === task).map((f) => {
      const what = `filter ${f.filter}, number ${f.place} for ${readable(task)}`;
      const images = [f.synthesised, ...f.strongest].map((src, i) =>
        element("img", { src, alt: i ? `test image ${i} that drives ${what}` : `synthesised image for ${what}` }));
      return element("li", {}, element("span", {}, `${f.place}. filter ${f.filter}: ${f.share === null ? "?" : percent(f.share)} ${readable(task)}`), ...images);
    });
    return element("div", {}, element("h4", {}, `Needed for ${readable(task)}`), element("ol", {}, ...list));
  }));
}

function choose() {
  offer(chosen.layer, network().layers.map((each, i) => [i, each.name]), data.layer);
  offer(chosen.ranking, layer().rankings.map((name) => [name, words[name] ?? readable(name)]), words.greedy);
  chosen.severity.max = network().severities.length - 1;
  draw();
}

if (data.networks.length) {
  offer(chosen.network, data.networks.map((each, i) => [i, readable(each.name)]), readable(data.stimuli?.network ?? data.networks[0].name));
  chosen.severity.max = network().severities.length - 1;
  chosen.severity.value = Math.max(0, network().severities.indexOf(data.severity));
  for (const control of [chosen.network, chosen.layer]) control.addEventListener("change", choose);
  chosen.ranking.addEventListener("change", draw);
  chosen.severity.addEventListener("input", draw);
  choose();
}
for (const form of document.querySelectorAll(".controls")) form.addEventListener("submit", (event) => event.preventDefault());
