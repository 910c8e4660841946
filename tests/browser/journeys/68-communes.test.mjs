// The operator records that a commune becomes part of another one, without scripts and with, and takes it
// back before its day.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { suite, test, visit } from '../lib/bed.mjs';
import { startProgram } from '../lib/program.mjs';

const PATH = '/quan-tri/sap-nhap-xa';

suite('Merging communes', () => {
  let province;
  before(async () => { province = await startProgram(); });
  after(async () => { await province.stop(); });

  for (const [size, scripts] of [['desk', true], ['phone', false]]) {
    test(`is recorded and taken back, ${size}${scripts ? '' : ' without scripts'}`, async () => {
      const operator = await visit({ as: 'operator', size, scripts, targets: 24, address: province.address });
      await operator.open('/quan-tri');
      await operator.press('Sáp nhập xã');
      await operator.look('nothing recorded');
      await operator.fill('code.commune', 'xã Vĩnh Trụ, tỉnh Ninh Bình');
      await operator.fill('into.commune', 'xã Trần Thương, tỉnh Ninh Bình');
      await operator.fillDate('on', '2026-11-23');
      await operator.fill('basis', 'Nghị quyết 15/NQ-HĐND');
      await operator.press('Ghi nhận');
      operator.noise.length = 0; // the browser itself reports the 422
      await operator.look('a day that is not to come');
      assert.equal(await operator.page.locator('#f-on-error').count(), 1);
      assert.equal(await operator.page.locator('[name=basis]').inputValue(), 'Nghị quyết 15/NQ-HĐND');
      operator.typed = {}; // asked again because it was wrong
      await operator.fillDate('on', '2027-01-01');
      await operator.press('Ghi nhận');
      await operator.look('recorded');
      await operator.picture('communes', { sizes: [size] });
      const row = await operator.page.locator('main table tbody tr').innerText();
      for (const said of ['01/01/2027', 'Xã Vĩnh Trụ', 'Xã Trần Thương', '15/NQ-HĐND']) assert.ok(row.includes(said), row);
      await operator.press('Hủy');
      await operator.look('taken back');
      assert.equal(await operator.page.locator('main table').count(), 0);
    });
  }
});
