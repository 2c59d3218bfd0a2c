// Every visible text with the contrast of its colour on what really lies behind it, opacity included.
() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = color; pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const light = (c) => c.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const up = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host;
  const ground = (node) => { if (!node) return [255, 255, 255];
    return over(rgba(getComputedStyle(node).backgroundColor), ground(up(node))); };
  const shown = (node) => { let all = 1; for (let at = node; at; at = up(at)) all *= Number(getComputedStyle(at).opacity); return all; };
  const found = [], root = document.querySelector("agentdesk-chat").shadowRoot;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode());) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility({ visibilityProperty: true }) || node.closest(".vh") || node.closest(":disabled")) continue;
    const back = ground(node), color = rgba(getComputedStyle(node).color);
    color[3] *= shown(node);
    const [a, b] = [light(over(color, back)), light(back)].sort((x, y) => y - x);
    found.push([text.data, (a + 0.05) / (b + 0.05)]);
  }
  return found;
}
