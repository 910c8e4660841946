// The page of all components with their examples (demo only).
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';
import * as wcag from '../lib/wcag.mjs';

suite('The components', () => {
  for (const size of ['phone', 'desk']) {
    test(`pass every check, ${size}`, async () => {
      const guest = await visit({ size, targets: 24 });
      assert.equal((await guest.open('/design')).status(), 200);
      await guest.look('design');
      if (size === 'desk') await guest.picture('design', { sizes: ['desk'] });
    });
  }

  test('print without menus', async () => {
    const guest = await visit();
    await guest.open('/');
    assert.deepEqual(await wcag.print(guest.page), []);
  });
});
