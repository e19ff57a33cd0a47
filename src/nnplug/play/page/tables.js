// Tables of the user's own. They are read here, kept for this browser tab, and sent to the trainer;
// a link does not hold them.

const KEY = "nnplug-table:";

/** How many characters of base64 a tab keeps over a reload; browsers allow about 5 million. */
export const KEPT = 4_000_000;

const tables = new Map();

/** Return the names in the first line of a text, [] where they are numbers or cannot be read. */
export function columnsOf(text) {
  const line = text.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0];
  if (!line || line.includes("\u0000")) return [];
  const outside = line.replace(/"[^"]*"/g, "");
  const [delimiter] = [",", ";", "\t", "|"]
    .map((mark) => [mark, outside.split(mark).length])
    .reduce((best, next) => (next[1] > best[1] ? next : best));
  const cells = [];
  let cell = "";
  let quoted = false;
  for (const mark of `${line}${delimiter}`) {
    if (mark === '"') quoted = !quoted;
    else if (mark === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += mark;
  }
  return cells.every((name) => name !== "" && Number.isNaN(Number(name))) ? cells : [];
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return btoa(text);
}

/** Read a file; return its table {name, data, columns} and whether a reload will keep it. */
export async function readTable(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const head = new TextDecoder().decode(bytes.subarray(0, 65536));
  const table = { name: file.name, data: toBase64(bytes), columns: columnsOf(head) };
  tables.set(table.name, table);
  let kept = table.data.length <= KEPT;
  try {
    if (kept) sessionStorage.setItem(KEY + table.name, JSON.stringify(table));
  } catch {
    kept = false; // the tab's storage is full or forbidden
  }
  return { table, kept };
}

/** Return all tables of this tab. */
export function allTables() {
  if (tables.size === 0) {
    try {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(KEY)) {
          const table = JSON.parse(sessionStorage.getItem(key));
          tables.set(table.name, table);
        }
      }
    } catch {
      return []; // storage is forbidden
    }
  }
  return [...tables.values()];
}
