// Hands a card or bank account to the payment provider. Its number never passes this server.
(async () => {
  const form = document.getElementById('card');
  const words = form.dataset;
  const said = document.getElementById('said');
  const button = form.querySelector('button');
  const say = (text) => { said.textContent = text; };
  const ask = async (path) => {
    const answer = await fetch(`/api/v1/card-setup/${words.token}${path}`, { method: 'POST' });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const done = () => { form.hidden = true; say(words.done); said.focus(); };
  const bank = () => form.elements.kind?.value === 'bank';
  try {
    // It may have been added before, and the page left too soon.
    if ((await ask('/done')).saved) return done();
    const setup = await ask('');
    const stripe = Stripe(setup.publishable_key);
    const card = stripe.elements().create('card', { hidePostalCode: true });
    card.mount('#number');
    let iban;
    form.addEventListener('change', () => {
      if (!form.elements.kind) return;
      document.getElementById('of-card').hidden = bank();
      document.getElementById('of-bank').hidden = !bank();
      if (bank() && !iban) {
        iban = stripe.elements().create('iban', { supportedCountries: ['SEPA'] });
        iban.mount('#iban');
      }
    });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      button.disabled = true;
      say(words.wait);
      try {
        const { name, email } = form.elements;
        const told = bank()
          ? await stripe.confirmSepaDebitSetup(setup.client_secret, { payment_method: {
              sepa_debit: iban, billing_details: { name: name.value, email: email.value } } })
          : await stripe.confirmCardSetup(setup.client_secret, { payment_method: { card } });
        if (told.error) say(told.error.message || words.failed);
        else if ((await ask('/done')).saved) return done();
        else say(words.later);
      } catch {
        say(words.failed);
      }
      button.disabled = false;
    });
    button.disabled = false;
    say('');
  } catch {
    say(words.failed);
  }
})();
