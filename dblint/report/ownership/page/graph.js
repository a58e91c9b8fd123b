"use strict";
// The graph: databases contain schemas contain tables, services stand beside; whatever is too much to read begins collapsed.
(() => {
  const { data, rows, make, places, said, heat, name, owner } = report;
  const home = document.getElementById("graph"), picked = document.getElementById("picked"), drawn = document.getElementById("drawn");
  const field = (id) => document.getElementById(id);
  const READABLE = 60;
  const ties = rows.flatMap((row) => [...row.cells].filter(([, cell]) => cell.foreign).map(([service, cell]) =>
    ({ service, table: row.index, cell, modes: cell.modes.map(({ mode }) => mode) })));
  // Each service and table has a path of boxes, the outermost first.
  const boxes = new Map();
  const box = (id, label, parent) => { if (!boxes.has(id)) boxes.set(id, { id, label, parent }); return id; };
  const schemas = new Map();
  const tablePath = rows.map((row) => {
    const outer = box(`d${row.where}`, row.database), path = [outer];
    if (row.schema) {
      const known = `${row.where} ${row.schema}`;
      if (!schemas.has(known)) schemas.set(known, schemas.size);
      path.push(box(`c${schemas.get(known)}`, row.schema, outer));
    }
    return [...path, `t${row.index}`];
  });
  const coupled = new Set(ties.flatMap(({ service, table }) => rows[table].owner < 0 ? [service] : [service, rows[table].owner]));
  const sizes = new Map();
  for (const service of coupled) sizes.set(data.services[service][1], (sizes.get(data.services[service][1]) ?? 0) + 1);
  const servicePath = data.services.map(([, group], index) =>
    coupled.size > 24 && sizes.get(group) > 1 ? [box(`g${group}`, "", undefined), `s${index}`] : [`s${index}`]);
  for (const [group, size] of sizes) {
    const found = boxes.get(`g${group}`), first = [...coupled].sort((a, b) => a - b).find((one) => data.services[one][1] === group);
    if (found) found.label = `${name(first)} and ${size - 1} more`;
  }
  const closed = new Set();
  const begin = () => {
    closed.clear();
    const shared = new Set(ties.map(({ table }) => table));
    if (shared.size + coupled.size > READABLE) for (const id of boxes.keys()) if (!boxes.get(id).parent) closed.add(id);
  };
  begin();

  let chosen = null;
  const stands = (path) => path.find((id) => closed.has(id)) ?? path[path.length - 1];
  const colour = (index) => index < 0 ? null : Math.round((index * 137.508) % 360);
  const worst = (modes) => heat([...modes]);

  const near = () => {
    const wanted = field("focus").value.trim().toLowerCase();
    let found = field("open-only").checked ? ties.filter(({ cell }) => cell.open) : ties;
    if (!wanted) return { found, start: [] };
    const start = [...data.services.keys()].filter((s) => name(s).toLowerCase() === wanted).map((s) => `s${s}`)
      .concat(rows.filter((row) => row.name.toLowerCase() === wanted).map((row) => `t${row.index}`));
    const links = new Map(), join = (a, b) => { for (const [x, y] of [[a, b], [b, a]]) (links.get(x) ?? links.set(x, new Set()).get(x)).add(y); };
    for (const { service, table } of found) {
      join(`s${service}`, `t${table}`);
      if (rows[table].owner >= 0) join(`s${rows[table].owner}`, `t${table}`);
    }
    const seen = new Set(start);
    let edge = start;
    for (let step = 0; step < 2 * Number(field("depth").value); step++) {
      edge = edge.flatMap((id) => [...(links.get(id) ?? [])]).filter((id) => !seen.has(id) && seen.add(id));
    }
    return { found: found.filter(({ service, table }) => seen.has(`s${service}`) && seen.has(`t${table}`)), start };
  };

  // What is drawn: nodes and edges of what is visible, every tie counted at the box that hides it.
  const elements = () => {
    const alone = field("services-only").checked, { found, start } = near();
    const nodes = new Map(), edges = new Map(), leaves = new Map(), services = new Map();
    const service = (index) => {
      const id = stands(servicePath[index]), shut = closed.has(id);
      if (!services.has(id)) {
        services.set(id, { id, order: index, group: data.services[index][1], parted: servicePath[index].length > 1, wide: shut });
        nodes.set(id, { id, kind: shut ? "box" : "service", label: shut ? boxes.get(id).label : name(index), hue: colour(index), members: new Set() });
        if (!shut && servicePath[index].length > 1 && !alone) nodes.get(id).parent = servicePath[index][0];
      }
      nodes.get(id).members.add(index);
      return id;
    };
    const table = (index) => {
      const row = rows[index], path = tablePath[index], id = stands(path), shut = closed.has(id);
      if (row.owner >= 0) service(row.owner);
      if (!leaves.has(id)) {
        const at = path.indexOf(id);
        leaves.set(id, { id, box: path[0], inner: at > 1 ? path[1] : "", where: row.where, order: [row.schema, row.owner, row.name] });
        nodes.set(id, { id, kind: shut ? "box" : "table", label: shut ? boxes.get(id).label : row.name.split(".").pop(), hue: shut ? null : colour(row.owner), parent: at > 0 ? path[at - 1] : undefined, members: new Set() });
      }
      nodes.get(id).members.add(index);
      return id;
    };
    for (const tie of found) {
      const holder = rows[tie.table].owner, from = service(tie.service);
      const to = alone ? (holder < 0 ? "nobody" : service(holder)) : table(tie.table);
      if (to === "nobody" && !nodes.has(to)) {
        nodes.set(to, { id: to, kind: "service", label: "no owner", hue: null, members: new Set() });
        services.set(to, { id: to, order: data.services.length, group: -1 });
      }
      if (from === to) continue;
      const key = `${from} ${to}`;
      const edge = edges.get(key) ?? edges.set(key, { id: key, source: from, target: to, ties: [], modes: new Set(), uses: 0, open: false }).get(key);
      edge.ties.push(tie);
      tie.modes.forEach((mode) => edge.modes.add(mode));
      edge.uses += tie.cell.uses;
      edge.open ||= tie.cell.open;
    }
    for (const node of [...nodes.values()]) {
      for (let id = node.parent; id && !nodes.has(id); id = boxes.get(id).parent) nodes.set(id, { id, kind: "open", label: boxes.get(id).label, parent: boxes.get(id).parent, members: new Set() });
      if (node.kind === "box" && node.id[0] !== "g") node.label = `${node.label.split("://").pop()}\n${node.members.size} shared table${node.members.size === 1 ? "" : "s"}`;
    }
    const ordered = [...leaves.values()].sort((a, b) => a.where - b.where || (a.inner < b.inner ? -1 : a.inner > b.inner ? 1 : 0) || a.order[1] - b.order[1] || (a.order[2] < b.order[2] ? -1 : 1));
    const standing = [...services.values()].sort((a, b) => a.order - b.order), lines = [...edges.values()];
    const at = alone ? layout.round(standing) : layout.beside(ordered, standing, lines.map(({ source, target }) => [source, target]), home.clientWidth < 600);
    return { nodes: [...nodes.values()], edges: lines, at, start: start.map((id) => id[0] === "s" ? stands(servicePath[id.slice(1)]) : stands(tablePath[id.slice(1)])) };
  };

  const tint = (hue, dark) => hue === null ? (dark ? "#2a323b" : "#e9ecf0") : `hsl(${hue}, ${dark ? "38%, 24%" : "62%, 90%"})`;
  const rim = (hue, dark) => hue === null ? (dark ? "#8b96a2" : "#6a737d") : `hsl(${hue}, ${dark ? "45%, 55%" : "45%, 42%"})`;
  // The ends of names tell them apart better than their beginnings alone.
  const short = (text, most) => text.length > most ? `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(-Math.floor(most / 2))}` : text;
  const style = () => {
    const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(), dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const text = { "font-family": "system-ui, sans-serif", color: css("--text"), label: "data(short)" };
    return [
      { selector: "node", style: { ...text, shape: "round-rectangle", width: "data(wide)", height: 34, "font-size": 14, "text-valign": "center", "text-halign": "center", "text-wrap": "wrap", "background-color": (n) => tint(n.data("hue"), dark), "border-width": 1.5, "border-color": (n) => rim(n.data("hue"), dark) } },
      { selector: "node[kind = 'service']", style: { "font-weight": 600, "border-width": 3, height: 38 } },
      { selector: "node[kind = 'box']", style: { height: 54, "border-style": "double", "border-width": 5, "background-color": css("--soft"), "border-color": css("--dim"), "font-weight": 600 } },
      { selector: "node[kind = 'open']", style: { "background-color": css("--soft"), "background-opacity": 0.6, "border-color": css("--line"), "border-width": 1, "text-valign": "top", "text-margin-y": -4, padding: 14, "font-size": 13, color: css("--dim") } },
      { selector: "edge", style: { width: "data(thick)", "curve-style": field("services-only").checked ? "bezier" : "straight", "target-arrow-shape": "triangle", "arrow-scale": 0.9, opacity: 0.75, "line-style": (e) => e.data("open") ? "solid" : "dashed", "line-color": (e) => css(`--line-${e.data("heat")}`), "target-arrow-color": (e) => css(`--line-${e.data("heat")}`) } },
      { selector: ".far", style: { opacity: 0.12 } },
      { selector: ".chosen", style: { "border-color": css("--link"), "border-width": 4 } },
    ];
  };

  const cy = cytoscape({ container: home, elements: [], style: style(), layout: { name: "preset" }, minZoom: 0.05, maxZoom: 3, boxSelectionEnabled: false, autoungrabify: true, userZoomingEnabled: matchMedia("(pointer: coarse)").matches });

  const fit = () => { cy.fit(undefined, 24); if (cy.zoom() > 1.25) { cy.zoom(1.25); cy.center(); } };
  const draw = () => {
    const { nodes, edges, at, start } = elements();
    cy.elements().remove();
    cy.style(style());
    cy.add([
      ...nodes.map(({ members, ...node }) => {
        const most = { open: 60, box: 28 }[node.kind] ?? 20, text = node.label.split("\n").map((line) => short(line, most)).join("\n");
        const wide = { open: 0, table: 174, box: 264 }[node.kind] ?? Math.max(text.length * 8.6 + 26, 80);
        return { group: "nodes", position: at[node.id], data: { ...node, short: text, wide, members: [...members] } };
      }),
      ...edges.map(({ ties, modes, ...edge }) => ({ group: "edges", data: { ...edge, heat: worst(modes), thick: 1.5 + Math.min(Math.log2(edge.uses + 1), 6) * 0.8 } })),
    ]);
    lines = edges;
    const count = (kind) => nodes.filter((node) => node.kind === kind).length;
    const tables = nodes.filter((node) => node.id[0] === "t").length;
    const words = [[nodes.filter((node) => node.kind === "service" && node.id[0] === "s").length, "service"], [tables, "table"], [count("box"), "closed box", "closed boxes"], [edges.length, "edge"]];
    drawn.textContent = field("focus").value.trim() && !start.length ? "Nothing is called so." : words.filter(([n]) => n).map(([n, word, many]) => `${n} ${n === 1 ? word : many ?? `${word}s`}`).join(", ") || "Nothing to draw.";
    home.style.height = `${Math.min(Math.max(cy.elements().boundingBox().h + 90, 260), Math.max(innerHeight * 0.78, 320))}px`;
    cy.resize();
    fit();
    choose(start.length ? start[0] : null);
    list();
  };
  let lines = [];

  const label = (id) => (cy.getElementById(id).data("label") ?? "").replace("\n", ", ");
  const list = () => {
    const shown = lines.slice(0, 300), body = document.querySelector("#graph-list ul");
    body.replaceChildren(...shown.map((edge) => make("li", `${label(edge.source)} → ${label(edge.target)}: ${[...edge.modes].sort().map((mode) => data.words[mode]).join(", ")}, ${edge.uses} place${edge.uses === 1 ? "" : "s"}${edge.open ? ", open finding" : ""}`)));
    if (lines.length > shown.length) body.append(make("li", `and ${lines.length - shown.length} more`));
  };

  // One node in the light: what it is tied to, with places.
  const choose = (id) => {
    chosen = id;
    cy.elements().removeClass("far chosen");
    picked.replaceChildren();
    const node = id === null ? null : cy.getElementById(id);
    if (!node || node.empty()) { picked.append(make("p", "Choose a service or table to see what it is tied to; a closed box opens, the title of an open one closes it.", "dim")); return; }
    const close = node.closedNeighborhood();
    cy.elements().difference(close.union(close.parents())).addClass("far");
    node.addClass("chosen");
    picked.append(make("h3", label(id)));
    if (node.data("kind") === "table") picked.append(make("p", `owned by ${owner(rows[node.data("members")[0]])}`));
    const around = lines.filter(({ source, target }) => source === id || target === id);
    if (!around.length) picked.append(make("p", "It uses no table of others in this picture; its colour marks the tables that it owns.", "dim"));
    for (const edge of around) {
      const fold = make("details"), title = make("summary", `${edge.source === id ? "→" : "←"} ${label(edge.source === id ? edge.target : edge.source)} (${edge.uses})`);
      fold.append(title);
      fold.addEventListener("toggle", () => {
        if (fold.childElementCount > 1) return;
        for (const tie of edge.ties) { fold.append(make("p", `${name(tie.service)} → ${rows[tie.table].name}`, "whose")); places(tie.cell, fold, "p"); }
      });
      picked.append(fold);
    }
  };

  cy.on("tap", "node", ({ target }) => {
    const id = target.id();
    if (closed.has(id)) { closed.delete(id); draw(); } else if (boxes.has(id)) { closed.add(id); draw(); } else choose(chosen === id ? null : id);
  });
  cy.on("tap", "edge", ({ target }) => choose(target.source().id()));
  cy.on("tap", ({ target }) => { if (target === cy) choose(null); });
  field("names").append(...[...coupled].map(name).concat([...new Set(ties.map(({ table }) => rows[table].name))]).sort().map((text) => { const option = make("option"); option.value = text; return option; }));
  field("focus").onchange = () => { if (field("focus").value.trim()) closed.clear(); else begin(); draw(); };
  for (const id of ["depth", "open-only", "services-only"]) field(id).onchange = () => draw();
  field("open-all").onclick = () => { closed.clear(); draw(); };
  field("close-all").onclick = () => { for (const [id, { parent }] of boxes) if (!parent) closed.add(id); draw(); };
  field("closer").onclick = () => cy.zoom({ level: cy.zoom() * 1.3, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  field("wider").onclick = () => cy.zoom({ level: cy.zoom() / 1.3, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  field("fit").onclick = fit;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(style()));
  new ResizeObserver(() => { if (home.clientWidth) { cy.resize(); fit(); } }).observe(home);
  draw();
})();
