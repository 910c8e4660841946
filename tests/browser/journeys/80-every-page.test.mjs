// Every page that each person of the demo can reach by links passes every check. A new page is
// looked at from the day a link leads to it.
import assert from 'node:assert/strict';
import { suite, test, visit } from '../lib/bed.mjs';
import { walk } from '../lib/walk.mjs';

// Pages that each person must have come past; more are welcome.
const MUST = {
  citizen: ['/', '/dich-vu', '/ho-so', '/du-lieu-cua-toi', '/du-lieu-cua-toi/ai-da-doc', '/so-ho-khau', '/hop-thu', '/tai-khoan'],
  owner: ['/ho-so', '/so-ho-khau', '/hop-thu'],
  parent: ['/hop-thu'],
  officer: ['/ban-lam-viec', '/tra-cuu'],
  head: ['/ban-lam-viec', '/tra-cuu'],
  'next-door': ['/ban-lam-viec', '/tra-cuu'],
  clerk: ['/quay', '/tra-cuu'],
  auditor: ['/kiem-toan'],
  viewer: ['/dieu-hanh'],
  operator: ['/quan-tri'],
};
const DESKS = ['officer', 'head', 'next-door', 'clerk', 'auditor', 'viewer', 'operator'];

suite('Every page', () => {
  test('that a guest can reach', async () => {
    const seen = await walk(await visit({ size: 'phone' }));
    for (const page of ['/', '/dang-nhap', '/dich-vu', '/xac-minh']) assert.ok(seen.includes(page), `${page}; seen: ${seen}`);
  });

  for (const [person, must] of Object.entries(MUST)) {
    test(`that the ${person} can reach`, async () => {
      const desk = DESKS.includes(person);
      const visitor = await visit({ as: person, size: desk ? 'desk' : 'phone', targets: desk ? 24 : 44 });
      const seen = await walk(visitor);
      for (const page of must) assert.ok(seen.includes(page), `${person} found no link to ${page}; seen: ${seen}`);
    });
  }
});
