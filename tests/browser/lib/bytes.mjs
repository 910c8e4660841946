// Counts what a page costs on the wire: headers and compressed bodies, cache hits nothing.

/** Bytes over the network of one page object, from now on. */
export class Bytes {
  constructor() {
    this.requests = new Map(); // id -> { url, bytes, done }
    this.before = 0; // requests counted before the last mark
  }

  /** Begins to count for a Playwright page (Chromium only). */
  static async of(page) {
    const bytes = new Bytes();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    const row = (id) => {
      if (!bytes.requests.has(id)) bytes.requests.set(id, { url: '', head: 0, body: 0, total: null });
      return bytes.requests.get(id);
    };
    cdp.on('Network.responseReceived', (e) => {
      const r = row(e.requestId);
      r.url = e.response.url;
      if (!e.response.fromDiskCache) r.head = e.response.encodedDataLength;
    });
    cdp.on('Network.dataReceived', (e) => { row(e.requestId).body += e.encodedDataLength; });
    cdp.on('Network.loadingFinished', (e) => { row(e.requestId).total = e.encodedDataLength; });
    return bytes;
  }

  /** All bytes so far. A stream that is still open counts with what has come. */
  get total() {
    let sum = 0;
    for (const r of this.requests.values()) sum += cost(r);
    return sum;
  }

  /** What was fetched, the dearest first: for the message of a failed budget. */
  list() {
    return [...this.requests.values()]
      .map((r) => ({ url: r.url, bytes: cost(r) }))
      .filter((r) => r.bytes > 0)
      .sort((a, b) => b.bytes - a.bytes);
  }

  /** Fails when more than `max` bytes were fetched; says by what. */
  within(max, what) {
    if (this.total > max) {
      const rows = this.list().map((r) => `  ${String(r.bytes).padStart(8)}  ${r.url}`);
      throw new Error(`${what}: ${this.total} bytes, at most ${max}\n${rows.join('\n')}`);
    }
  }
}

function cost(r) {
  return r.total ?? r.head + r.body;
}
