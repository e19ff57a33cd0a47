// What a pane does with each message of its trainer.

import { download } from "./dom.js";

const STOPPED = ["done", "diverged", "failed"];

const ANSWERS = {
  catalogue(pane, catalogue) {
    pane.start(catalogue);
    pane.app.know(catalogue);
    const [first, ...rest] = catalogue.troubles ?? [];
    if (first) {
      pane.say({ key: "troubles", kind: "note", text: first, hint: rest.length ? `And ${rest.length} more.` : "" });
    }
  },

  built(pane, built) {
    const asked = built.id === pane.waiting;
    for (const name of ["train_x", "train_y", "test_x", "test_y"]) built.arrays[name] ??= new Float32Array();
    pane.built = built;
    for (const key of ["error", "run"]) pane.messages.clear(key);
    for (const part of [pane.data, pane.layers, pane.training, pane.network, pane.surface, pane.fitting,
      pane.views, pane.status, pane.formula, pane.share]) {
      part.build(built);
    }
    pane.weights.build();
    if (!asked) return;
    pane.state = "paused";
    pane.answered();
    if (pane.waiting === null && pane.app.playing) pane.send({ do: "play" });
  },

  frame(pane, frame) {
    if (frame.id !== pane.built?.id) {
      pane.send({ do: "drawn" }); // of a setup that is gone
      return;
    }
    pane.show(frame);
    const before = pane.state;
    pane.state = frame.state;
    if (["diverged", "failed"].includes(frame.state)) {
      if (before !== frame.state) pane.say({ key: "run", text: frame.message ?? `The run has ${frame.state}.`, hint: frame.hint });
    } else pane.messages.clear("run");
    if (STOPPED.includes(frame.state) && before !== frame.state) pane.app.stopped();
  },

  elsewhere(pane, elsewhere) {
    pane.share.build(elsewhere);
  },

  error(pane, error) {
    const actions = pane.built || pane.waiting === null ? [] : [
      { text: "Use the defaults", test: "defaults", run: () => pane.replace(null) },
    ];
    const stale = pane.built && pane.waiting !== null ? " The pictures show what was there before." : "";
    pane.say({ key: "error", text: error.message, hint: (error.hint ?? "") + stale, actions });
    if (pane.waiting !== null && error.where === "setup") pane.answered();
  },

  lost(pane, { message }) {
    pane.built = null;
    pane.lost(message || "The trainer has ended.", "");
  },

  saved(pane, { folder }) {
    pane.say({ key: "saved", kind: "note", text: `Saved as ${folder}.`, hint: "nnplug runs, predict, rerun and train --resume take it." });
  },

  files(pane, { files }) {
    for (const { name, text } of files) download(name, new Blob([text], { type: "text/csv" }));
  },
};

/** Let a pane act on a message; one of a type that is not known here is passed over. */
export function answer(pane, message) {
  ANSWERS[message.type]?.(pane, message);
}
