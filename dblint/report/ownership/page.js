"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const home = document.getElementById("matrix"), filter = document.getElementById("filter"), every = document.getElementById("every");
  const more = document.getElementById("more"), told = document.getElementById("told"), dialog = document.getElementById("places");
  const rows = data.tables.map(([name, owner, database, shared], index) => ({ name, owner, database, shared, index, cells: new Map() }));
  for (const [service, table, foreign, modes] of data.cells) rows[table].cells.set(service, Object.assign(modes, { foreign }));
  let sorting = null, falling = true, limit = 150;

  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  // A place becomes a link to the repository's host when it is first shown.
  const link = (item) => {
    const found = /^(.*):(\d+)$/.exec(item.textContent);
    if (!data.source || !found || item.firstElementChild) return;
    const anchor = make("a", item.textContent);
    anchor.href = `${data.source}${found[1].split("/").map(encodeURIComponent).join("/")}#L${found[2]}`;
    anchor.rel = "noreferrer";
    item.replaceChildren(anchor);
  };
  const uses = (modes) => modes.reduce((sum, [, places]) => sum + places.length, 0);
  const heat = (modes) => { const has = (m) => modes.some(([mode]) => mode === m); return has(1) || has(5) || has(4) ? "write" : has(2) || has(3) ? "tied" : "read"; };
  const owner = (row) => row.owner < 0 ? "no owner" : data.services[row.owner];

  const show = (row, service) => {
    dialog.querySelector("h2").textContent = `${data.services[service]} → ${row.name} (${owner(row)})`;
    const body = dialog.querySelector("div");
    body.replaceChildren();
    for (const [mode, places] of row.cells.get(service)) {
      body.append(make("h3", `${data.words[mode]} ×${places.length}`));
      const list = make("ul", undefined, "places");
      for (const [path, line] of places) list.append(make("li", `${data.paths[path]}:${line}`));
      list.childNodes.forEach(link);
      body.append(list);
    }
    dialog.showModal();
  };

  const sorted = (found) => {
    if (sorting === null) return found.sort((a, b) => (a.owner < 0) - (b.owner < 0) || a.owner - b.owner || (a.database < b.database ? -1 : a.database > b.database ? 1 : 0) || a.index - b.index);
    const key = sorting === "name" ? (row) => row.name : (row) => row.cells.has(sorting) ? uses(row.cells.get(sorting)) : 0;
    const order = (a, b) => { const x = key(a), y = key(b); return x < y ? -1 : x > y ? 1 : a.index - b.index; };
    found.sort(order);
    return falling ? found.reverse() : found;
  };

  const draw = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const speaks = (row) => [row.name, owner(row), row.database, ...[...row.cells.keys()].map((s) => data.services[s])].join(" ").toLowerCase();
    const found = sorted(rows.filter((row) => (every.checked || row.shared) && words.every((word) => speaks(row).includes(word))));
    const seen = found.slice(0, limit);
    const columns = data.services.map((_, index) => index).filter((index) => seen.some((row) => row.cells.has(index)));
    const table = make("table");
    table.setAttribute("aria-labelledby", "matrix-title");
    const head = make("thead"), top = make("tr");
    const corner = make("th"), byName = make("button", "table", "flat");
    corner.scope = "col";
    byName.onclick = () => { falling = sorting === "name" ? !falling : false; sorting = "name"; draw(); };
    corner.append(byName);
    top.append(corner);
    for (const index of columns) {
      const cell = make("th"), button = make("button", data.services[index], "up");
      cell.scope = "col";
      button.title = data.services[index];
      button.onclick = () => { falling = sorting === index ? !falling : true; sorting = index; draw(); };
      if (sorting === index) cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
      cell.append(button);
      top.append(cell);
    }
    if (sorting === "name") corner.setAttribute("aria-sort", falling ? "descending" : "ascending");
    head.append(top);
    const body = make("tbody");
    let group = "";
    for (const row of seen) {
      const title = `${owner(row)} · ${row.database || "unknown database"}`;
      if (sorting === null && title !== group) {
        const line = make("tr", undefined, "group"), cell = make("th", title);
        cell.colSpan = columns.length + 1;
        cell.scope = "rowgroup";
        line.append(cell);
        body.append(line);
        group = title;
      }
      const line = make("tr"), name = make("th");
      name.scope = "row";
      const label = make("span", row.name, "name");
      label.title = `${row.name} (${owner(row)})`;
      name.append(label);
      line.append(name);
      for (const index of columns) {
        const cell = make("td"), modes = row.cells.get(index);
        if (modes) {
          const letters = [...new Set(modes.map(([mode]) => mode))].sort().map((mode) => data.letters[mode]).join("");
          const button = make("button", letters);
          cell.className = modes.foreign ? heat(modes) : "own";
          button.setAttribute("aria-label", `${letters}: ${data.services[index]}, ${row.name}: ${modes.map(([mode, places]) => `${data.words[mode]} ${places.length}`).join(", ")}`);
          button.onclick = () => show(row, index);
          cell.append(button);
        }
        line.append(cell);
      }
      body.append(line);
    }
    table.append(head, body);
    home.replaceChildren(table);
    told.textContent = found.length ? `${seen.length} of ${found.length} tables` : "No table.";
    more.hidden = seen.length === found.length;
  };

  filter.oninput = every.onchange = () => { limit = 150; draw(); };
  more.onclick = () => { limit += 300; draw(); };
  document.getElementById("unsort").onclick = () => { sorting = null; draw(); };
  dialog.querySelector("button").onclick = () => dialog.close();
  if (!rows.some((row) => row.shared)) every.checked = true;
  document.querySelectorAll(".place").forEach(link);
  document.addEventListener("toggle", (event) => event.target.querySelectorAll("li").forEach(link), true);
  draw();
})();
