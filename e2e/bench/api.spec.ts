// Every list and report of the OpenAPI document that needs no id, asked thirty times.
import { test } from '../support/fixtures.ts';
import { quantile, table } from './measure.ts';

const asks = 30;

interface Operation {
  parameters?: { in: string; required?: boolean }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

interface Document {
  paths: Record<string, { get?: Operation }>;
}

test('answers of the API', async ({ request, server }) => {
  const document = (await (await request.get('/api/openapi.json')).json()) as Document;
  const signedIn = await request.post('/api/v1/auth/login', { data: server.signIn ?? {} });
  const { access_token: token } = (await signedIn.json()) as { access_token?: string };
  const headers = { Authorization: `Bearer ${token}` };

  const rows: string[][] = [];
  for (const [path, { get }] of Object.entries(document.paths)) {
    const simple = get && !path.includes('{') && !get.parameters?.some((one) => one.in === 'query' && one.required);
    // What tells of changes as they come has no end.
    const streams = 'text/event-stream' in (get?.responses['200']?.content ?? {});
    if (!simple || streams || path.startsWith('/api/v1/portal')) continue;
    const times: number[] = [];
    let status = 0;
    let bytes = 0;
    for (let ask = 0; ask < asks; ask += 1) {
      const begin = performance.now();
      const answer = await fetch(server.url + path, { headers });
      bytes = (await answer.arrayBuffer()).byteLength;
      times.push(performance.now() - begin);
      status = answer.status;
    }
    const [middle, late] = [quantile(times, 0.5), quantile(times, 0.95)];
    rows.push([path, String(status), `${(bytes / 1000).toFixed(1)} KB`, `${middle.toFixed(1)} ms`, `${late.toFixed(1)} ms`]);
  }
  table('Answers of the API, one after the other', ['path', 'status', 'size', 'median', 'p95'], rows);
});
