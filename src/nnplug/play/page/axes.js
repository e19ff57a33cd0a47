// The frame around a surface: its border, its ticks and the names of its axes.

import { short, ticks } from "./numbers.js";

/** The room for ticks and names, in pixels. */
export const MARGIN = { left: 44, right: 12, top: 10, bottom: 36 };

/** Draw them; x, y: from the view's own numbers to pixels. */
export function drawAxes(context, view, x, y, width, height, colours) {
  const bottom = height - MARGIN.bottom;
  context.strokeStyle = colours.faint;
  context.lineWidth = 1;
  context.strokeRect(MARGIN.left - 0.5, MARGIN.top - 0.5, width - MARGIN.left - MARGIN.right + 1,
    bottom - MARGIN.top + 1);
  context.fillStyle = colours.faint;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of ticks(...view.limits[0], 5)) context.fillText(short(tick), x(tick), bottom + 5);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of ticks(...view.limits[1], 5)) context.fillText(short(tick), MARGIN.left - 5, y(tick));
  context.fillStyle = colours.ink;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(view.axes[0], (MARGIN.left + width - MARGIN.right) / 2, height, width - 60);
  context.save();
  context.translate(1, (MARGIN.top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  context.fillText(view.axes[1], 0, 0, bottom - MARGIN.top);
  context.restore();
}
