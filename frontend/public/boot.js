// Runs before the first paint and outlives a crash of the app. Classic script, no modules.
(() => {
  const root = document.documentElement;

  // The theme follows the system unless the reader fixed one.
  let theme = 'system';
  try {
    theme = localStorage.getItem('perennial.theme') ?? 'system';
  } catch {
    // Storage may be forbidden; the system's theme is a good answer.
  }
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;

  // Which shell to draw: the staff app has a rail, everything else is one calm page.
  const plain = /^\/(sign-in|setup|invite|act|portal)(\/|$)/.test(location.pathname);
  root.dataset.area = plain ? 'plain' : 'staff';

  let crashed = false;

  const element = (name, text) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    return node;
  };

  const report = (id, message, stack) => {
    const body = JSON.stringify({
      id,
      message: String(message).slice(0, 2000),
      stack: stack ? String(stack).slice(0, 8000) : null,
      // What opens a link is a secret.
      route: location.pathname.replace(/^(\/(invite|act|portal\/(enter|share))\/).*/, '$1…'),
      build: document.querySelector('meta[name=perennial-app]')?.content ?? null,
      locale: navigator.language,
    });
    const sent = new Blob([body], { type: 'application/json' });
    navigator.sendBeacon?.('/api/v1/client-errors', sent);
  };

  // Replaces the page: after a panic nothing of the app can be trusted to draw.
  window.perennialCrash = (message, stack) => {
    if (crashed) return;
    crashed = true;
    const id = Math.random().toString(36).slice(2, 8).toUpperCase();
    report(id, message, stack);
    const page = element('main');
    page.className = 'crash';
    const heading = element('h1', 'Perennial stopped working');
    heading.tabIndex = -1;
    const reload = element('button', 'Reload');
    reload.className = 'crash-reload';
    reload.type = 'button';
    reload.addEventListener('click', () => location.reload());
    page.append(
      heading,
      element('p', 'What you had saved is safe. Reload to go on where you were.'),
      reload,
      element('p', `Report ${id}: name it if you write to us.`),
    );
    document.body.replaceChildren(page);
    document.title = 'Perennial stopped working';
    heading.focus();
  };

  addEventListener('error', (event) => {
    const fatal = event.error instanceof WebAssembly.RuntimeError;
    if (fatal) window.perennialCrash(event.message, event.error.stack);
  });
})();
