"use strict";
// Where the nodes of the graph stand: a pure function of what is drawn, so that the same system looks the same every time.
const layout = (() => {
  const WIDE = 190, HIGH = 48, GAP = 64;
  const middle = (numbers) => numbers.length ? numbers.reduce((sum, n) => sum + n, 0) / numbers.length : 0;

  // Databases in the middle, one below the other, their tables in a grid by schema; services left and right of them, each
  // near what it uses. `leaves` are {id, box, inner, order}, `services` {id, group}, `edges` [service, leaf].
  const beside = (leaves, services, edges, narrow) => {
    const at = {}, boxes = new Map();
    for (const leaf of leaves) {
      const box = boxes.get(leaf.box) ?? boxes.set(leaf.box, new Map()).get(leaf.box);
      (box.get(leaf.inner) ?? box.set(leaf.inner, []).get(leaf.inner)).push(leaf);
    }
    const columns = narrow ? 1 : leaves.length > 60 ? 4 : leaves.length > 24 ? 3 : leaves.length > 8 ? 2 : 1;
    let y = 0;
    for (const box of boxes.values()) {
      const titles = [...box.keys()].filter(Boolean).length;
      for (const found of box.values()) {
        found.forEach((leaf, index) => { at[leaf.id] = { x: (index % columns - (columns - 1) / 2) * WIDE, y: y + Math.floor(index / columns) * HIGH }; });
        y += Math.ceil(found.length / columns) * HIGH + (titles ? 44 : 0);
      }
      y += GAP;
    }
    const height = Math.max(y - GAP - HIGH, 0), used = new Map();
    for (const [service, leaf] of edges) (used.get(service) ?? used.set(service, []).get(service)).push(at[leaf].y);
    const groups = new Map();
    for (const service of services) {
      const key = service.parted ? service.group : service.id;
      (groups.get(key) ?? groups.set(key, []).get(key)).push(service);
    }
    const weigh = (members) => middle(members.flatMap((one) => used.get(one.id) ?? []));
    const ordered = [...groups.values()].map((members) => members.sort((a, b) => weigh([a]) - weigh([b]) || a.order - b.order));
    ordered.sort((a, b) => weigh(a) - weigh(b) || a[0].order - b[0].order);
    // A group stays together on the side that is shorter.
    const sides = services.length > 4 ? [[], []] : [[]];
    for (const members of ordered) sides.reduce((a, b) => b.length < a.length ? b : a).push(...members, null);
    sides.forEach((side, index) => {
      side.pop();
      const solid = side.filter(Boolean).length, breaks = side.length - solid;
      const step = Math.min(Math.max(height / Math.max(solid - 1, 1), 54), 120);
      const grouped = services.some((one) => one.parted), extra = grouped ? 34 : 0;
      let here = height / 2 - ((solid - 1) * step + breaks * extra) / 2;
      for (const one of side) {
        if (one === null) { here += extra; continue; }
        at[one.id] = { x: (index ? 1 : -1) * (columns * WIDE / 2 + (narrow ? 120 : 260)), y: here };
        here += step;
      }
    });
    return at;
  };

  // A circle that is as small as its boxes allow, round the origin.
  const ring = (members) => {
    const wide = members.some((one) => one.wide) ? 290 : 215, high = 62;
    const meet = (a, b) => Math.abs(a.x - b.x) < wide && Math.abs(a.y - b.y) < high;
    const placed = (radius) => members.map((_, index) => {
      const angle = 2 * Math.PI * index / members.length - Math.PI / 2;
      return members.length === 1 ? { x: 0, y: 0 } : { x: Math.cos(angle) * radius * 1.6, y: Math.sin(angle) * radius };
    });
    let radius = 90, found = placed(radius);
    while (found.some((a, index) => found.slice(0, index).some((b) => meet(a, b)))) found = placed(radius *= 1.12);
    return { found, width: 2 * Math.max(...found.map(({ x }) => Math.abs(x))) + wide, height: 2 * Math.max(...found.map(({ y }) => Math.abs(y))) + high };
  };
  // Services alone stand in a circle in which coupled ones are neighbours; many of them in one circle for each group.
  const round = (services) => {
    const at = {}, groups = new Map();
    for (const service of services) {
      const key = services.length > 24 ? service.group : 0;
      (groups.get(key) ?? groups.set(key, []).get(key)).push(service);
    }
    const rings = [...groups.values()].map((members) => ({ members, ...ring(members) }));
    const columns = Math.ceil(Math.sqrt(rings.length * 0.8));
    let y = 0;
    for (let first = 0; first < rings.length; first += columns) {
      const row = rings.slice(first, first + columns), tall = Math.max(...row.map(({ height }) => height));
      let x = 0;
      for (const { members, found, width } of row) {
        members.forEach(({ id }, index) => { at[id] = { x: x + width / 2 + found[index].x, y: y + tall / 2 + found[index].y }; });
        x += width + 60;
      }
      y += tall + 60;
    }
    return at;
  };
  return { beside, round };
})();
