/** Long because it is a table: for each intent and language what fires, and what comes near and must not. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import data from '../../models/intents.json' with { type: 'json' };
import { findIntentCues, findPressure, type Intent } from '../../src/text/intents.ts';
import type { Spaced } from '../../src/text/language.ts';
import { cpuClock } from '../cpuTime.ts';

/** What fires, then what comes near and must not. Two of each at least. */
type Table = Readonly<Record<Spaced, readonly [fires: readonly string[], silent: readonly string[]]>>;

const CREDENTIAL: Table = {
  en: [
    [
      'Please verify your Microsoft 365 account today.',
      'Sign in with your company password to view the document.',
      'Your mailbox password expires in 2 hours.',
      'If you do not verify your account, it will be closed.',
      'Your account has been temporarily suspended.',
      'You asked us to reset your password.',
    ],
    [
      'I opened an account with the bookshop.',
      'We never ask you to verify your account.',
      'The password dialog in the new release is broken.',
      'The account manager confirms your visit on Tuesday.',
    ],
  ],
  de: [
    ['Bitte bestätigen Sie Ihre Zugangsdaten.', 'Ihr Konto wurde gesperrt.', 'Bestaetigen Sie jetzt Ihr Konto.'],
    [
      'Ich bestätige den Termin am Montag.',
      'Wir fragen nie, ob Sie Ihr Passwort nicht bestätigen wollen.',
      'Das Konto ist neu.',
    ],
  ],
  nl: [
    ['Bevestig uw account binnen 24 uur.', 'Uw wachtwoord verloopt vandaag.', 'Log in met uw wachtwoord.'],
    ['Ik bevestig de afspraak van maandag.', 'Het wachtwoord van de test staat in de map.'],
  ],
  fr: [
    [
      'Veuillez vérifier votre compte.',
      'Votre mot de passe expire demain.',
      'Confirmez vos informations personnelles.',
    ],
    ['Je confirme le rendez-vous de lundi.', 'Le compte rendu est en pièce jointe.'],
  ],
  es: [
    ['Verifique su cuenta hoy.', 'Su contraseña caduca mañana.', 'Introduzca los datos de su tarjeta para liberarlo.'],
    ['Confirmo la cita del lunes.', 'La contraseña del programa está en la carpeta.'],
  ],
  pt: [
    ['Confirme a sua conta hoje.', 'A sua senha expira amanhã.', 'A sua conta foi bloqueada.'],
    ['Confirmo a reunião de segunda.', 'A senha do teste está na pasta.'],
  ],
};

const PAYMENT: Table = {
  en: [
    [
      'Please make the wire transfer before the cut-off.',
      'Can you process a payment for me today?',
      'Kindly settle the outstanding invoice today.',
      'I need a wire transfer processed today.',
      'Please transfer EUR 18,400 to the supplier.',
      'To release it, pay the delivery fee of 2.95.',
    ],
    [
      'Please find our invoice 40117 attached, payable within 14 days.',
      'The payment arrived, thank you.',
      'Please do not pay the invoice.',
      'The wire transfer is described in chapter 3.',
    ],
  ],
  de: [
    ['Bitte überweisen Sie den Betrag auf das bekannte Konto.', 'Bitte die Rechnung heute noch bezahlen.'],
    ['Die Rechnung liegt bei.', 'Der Betrag ist eingegangen, vielen Dank.', 'Bitte überweisen Sie den Betrag nicht.'],
  ],
  nl: [
    ['Kun je vandaag nog een spoedbetaling doen?', 'Graag de factuur vandaag betalen.', 'Kunt u EUR 24.750 overmaken?'],
    ['Hierbij de factuur van november.', 'De betaling blijft 30 dagen.'],
  ],
  fr: [
    ['Merci de procéder au virement aujourd’hui.', 'Veuillez régler la facture avant midi.'],
    ['Veuillez trouver ci-joint la facture.', 'Le virement est arrivé, merci.', 'Merci de ne pas régler la facture.'],
  ],
  es: [
    ['Realice el pago de la tasa.', 'Por favor, hagas hoy la transferencia.', 'Puede pagar la factura hoy?'],
    ['Adjunto la factura de noviembre.', 'El pago llegó ayer, gracias.'],
  ],
  pt: [
    [
      'Para evitar o protesto, efetue o pagamento hoje.',
      'Preciso que faças uma transferência hoje.',
      'Por favor, pague a fatura.',
    ],
    ['Já fizemos a transferência da fatura.', 'Segue em anexo a fatura de novembro.'],
  ],
};

const BANK: Table = {
  en: [
    [
      'Our bank details have changed.',
      'Please use our new bank account for all invoices.',
      'I would like to change my direct deposit.',
      'Please do not send payments to the old account.',
      'Please send future payments to our new account.',
    ],
    [
      'Our bank details have not changed.',
      'Our bank details are on the invoice.',
      'We opened a new office next to the bank.',
      'Payable to the account you have on file.',
    ],
  ],
  de: [
    [
      'Unsere Bankverbindung hat sich geändert.',
      'Bitte nutzen Sie unsere neue IBAN.',
      'Wir haben die Hausbank gewechselt.',
    ],
    ['Unsere Bankverbindung hat sich nicht geändert.', 'Unsere Bankverbindung steht auf der Rechnung.'],
  ],
  nl: [
    ['Ons rekeningnummer is gewijzigd.', 'Dit zijn onze nieuwe bankgegevens.'],
    ['Ons rekeningnummer is niet gewijzigd.', 'Het rekeningnummer staat op de factuur.'],
  ],
  fr: [
    ['Merci de noter notre nouveau RIB.', 'Suite à un changement de banque, voici le compte.'],
    ['Notre RIB ne change pas.', 'Le règlement reste à 30 jours sur le compte habituel.'],
  ],
  es: [
    ['Estos son nuestros nuevos datos bancarios.', 'Hemos cambiado de banco.'],
    ['Nuestros datos bancarios no han cambiado.', 'Vence a 30 días en la cuenta habitual.'],
  ],
  pt: [
    ['Estes são os nossos novos dados bancários.', 'Mudámos de banco no mês passado.'],
    ['Os dados bancários não mudaram.', 'O pagamento vai para a conta habitual.'],
  ],
};

const GIFT: Table = {
  en: [
    [
      'Please buy five gift cards and send me the codes.',
      'I need you to get some Apple gift cards for a client.',
      'Scratch off the back.',
      'Send me a picture of the codes.',
    ],
    [
      'We would like to give her a gift card of the bookshop.',
      'Gift card scams before the holidays: what to look for.',
      'Send me the source code.',
    ],
  ],
  de: [
    ['Kaufe bitte fünf Gutscheinkarten und schicke mir die Codes.', 'Bitte vier Geschenkkarten besorgen.'],
    ['Die Gutscheinkarten gibt es an der Kasse.', 'Bitte den Code prüfen.'],
  ],
  nl: [
    ['Koop vijf cadeaukaarten en stuur mij de codes.', 'Kun je vandaag cadeaubonnen kopen?'],
    ['De cadeaukaart ligt bij de balie.', 'Stuur mij de notulen.'],
  ],
  fr: [
    ['Pouvez-vous acheter cinq cartes cadeaux ?', 'Achetez des cartes cadeaux et envoyez-moi les codes.'],
    ['La carte cadeau est à l’accueil.', 'Envoyez-moi le code source.'],
  ],
  es: [
    ['Necesito que compres cinco tarjetas de regalo.', 'Compra tarjetas regalo y envíame los códigos.'],
    ['La tarjeta regalo está en recepción.', 'Envíame el código del programa.'],
  ],
  pt: [
    ['Preciso que compres cinco cartões presente.', 'Compre cartões presente e envie os códigos.'],
    ['O cartão presente está na receção.', 'Envie o código do programa.'],
  ],
};

const EXTORTION: Table = {
  en: [
    [
      'I recorded you through your camera.',
      'Transfer USD 1,450 in Bitcoin to my wallet within 48 hours.',
      'I will send the video to all your contacts.',
      'I hacked your device last month.',
      'Do not contact the police.',
    ],
    [
      'The talk was recorded, the video is on the page.',
      'Please call the driver, he stands at gate 1.',
      'Bitcoin rose by four percent.',
      'Send the video to the printer.',
    ],
  ],
  de: [
    ['Ich habe Sie mit Ihrer Kamera gefilmt.', 'Überweisen Sie 900 EUR in Bitcoin.'],
    ['Die Kamera im Lager ist neu.', 'Bitte überweisen Sie den Betrag auf das bekannte Konto.'],
  ],
  nl: [
    ['Ik heb je gefilmd met je webcam.', 'Ik stuur de video naar al je contacten.'],
    ['De webcam in de vergaderzaal is stuk.', 'Ik stuur de video morgen.'],
  ],
  fr: [
    ['Je vous ai filmé avec votre webcam.', 'Envoyez 900 euros en bitcoins.'],
    ['La webcam de la salle est neuve.', 'Envoyez la vidéo de la réunion.'],
  ],
  es: [
    ['Te he grabado con tu cámara.', 'Transfiera 900 euros en bitcoin.'],
    ['La cámara del almacén es nueva.', 'Envía el vídeo de la reunión.'],
  ],
  pt: [
    ['Eu gravei você com a sua câmera.', 'Transfira 900 euros em bitcoin.'],
    ['A câmera do armazém é nova.', 'Envie o vídeo da reunião.'],
  ],
};

const CALLBACK: Table = {
  en: [
    [
      'If you did not authorize this charge, call our billing department.',
      'To cancel the subscription call our support.',
      'Call us within 24 hours for a refund.',
    ],
    [
      'In urgent cases please call the dispatch desk.',
      'Could somebody call him at +49 30 23125 014?',
      'Please do not change anything before you have called me.',
    ],
  ],
  de: [
    ['Rufen Sie sofort unseren Kundendienst an.', 'Haben Sie dies nicht autorisiert, rufen Sie uns an.'],
    ['Ich rufe morgen an.', 'Der Kundendienst ist bis sechs da.'],
  ],
  nl: [
    ['Bel onmiddellijk 020 555 0142.', 'Bel ons om de betaling te annuleren.'],
    ['Ik bel je morgen.', 'De klantenservice is tot zes uur open.'],
  ],
  fr: [
    ['Appelez immédiatement le 01 55 50 01 42.', 'Appelez-nous pour annuler la commande.'],
    ['Je vous appelle demain.', 'Le service est ouvert jusqu’à six heures.'],
  ],
  es: [
    ['Llame inmediatamente al 555 0142.', 'Llámenos para cancelar el pedido.'],
    ['Te llamo mañana.', 'El servicio está abierto hasta las seis.'],
  ],
  pt: [
    ['Ligue imediatamente para 555 0142.', 'Ligue já para cancelar a compra.'],
    ['Eu ligo amanhã.', 'O serviço está aberto até às seis.'],
  ],
};

const ERRAND: Table = {
  en: [
    [
      'Are you available? I need your help with something quickly.',
      "I can't take calls right now.",
      'Send me your cell number, I have a task for you.',
    ],
    ['The spare room is available from June.', 'Call me when you are at the station.', 'The task list is in the wiki.'],
  ],
  de: [
    ['Ich brauche kurz Ihre Hilfe.', 'Ich bin gerade in einer Besprechung und habe eine dringende Aufgabe.'],
    ['Die Hilfe ist im Menü.', 'Wir besprechen die Aufgabe am Montag.', 'Ich bin in einer Besprechung.'],
  ],
  nl: [
    ['Ik heb je hulp nodig.', 'Ik zit in een vergadering, stuur me je mobiele nummer.'],
    ['De vergadering is om tien uur.', 'Het nummer staat op de factuur.', 'Ik zit in een vergadering tot drie uur.'],
  ],
  fr: [
    ['J’ai besoin de votre aide.', 'Je suis en réunion et ne peux pas téléphoner.'],
    ['La réunion est à dix heures.', 'Le numéro est sur la facture.', 'Je suis en réunion jusqu’à midi.'],
  ],
  es: [
    ['Necesito tu ayuda.', 'Estoy en una reunión y no puedo hablar.'],
    ['La reunión es a las diez.', 'El número está en la factura.', 'El informe ya está disponible en la carpeta.'],
  ],
  pt: [
    ['Preciso da sua ajuda.', 'Estou em reunião, não posso falar.'],
    ['A reunião é às dez.', 'O número está na fatura.', 'O relatório já está disponível na pasta.'],
  ],
};

const WINDFALL: Table = {
  en: [
    ['You have won the grand prize.', 'Stand as the next of kin of our late client.', 'Claim your inheritance today.'],
    ['The class inherits from Node.', 'We won the match.', 'Your salary was paid into your account.'],
  ],
  de: [
    ['Sie haben 500.000 Euro gewonnen.', 'Wir vergeben Kredite ohne Schufa.', 'Ihr Gewinn wartet auf Sie.'],
    ['Vielen Dank für Ihre Spende von 30 Euro.', 'Wir haben das Spiel gewonnen.', 'Die Klasse erbt von Node.'],
  ],
  nl: [
    ['Gefeliciteerd, u heeft een prijs gewonnen.', 'De erfenis van 4 miljoen euro.', 'Claim nu uw prijs.'],
    ['Hartelijk dank voor uw donatie van 25 euro.', 'De prijs is inclusief btw.', 'De klasse erft van Node.'],
  ],
  fr: [
    ['Vous avez gagné le gros lot.', 'Je voudrais vous faire un don.', 'Prêt entre particuliers sans frais.'],
    ['Merci pour votre don de 25 euros.', 'Le prix est de dix euros.', 'La classe hérite de Node.'],
  ],
  es: [
    ['Usted ha ganado la lotería.', 'Fondos no reclamados.', 'Ofrecemos préstamos sin aval.'],
    ['Sobre la herencia de su tía, le envío el inventario.', 'El precio es de diez euros.', 'La clase hereda de Node.'],
  ],
  pt: [
    ['Você ganhou um prémio.', 'Quero fazer uma doação para você.', 'Resgate o seu prêmio.'],
    ['Obrigado pela sua doação de 25 euros.', 'O preço é de dez euros.', 'A classe herda de Node.'],
  ],
};

const COMMAND: Table = {
  en: [
    [
      'Press the Windows key + R, then Ctrl + V.',
      'Copy the code and paste it into the terminal.',
      'Open PowerShell and paste the line.',
    ],
    ['The windows are cleaned on Friday.', 'The build runs in a container.', 'Press enter to continue the setup.'],
  ],
  de: [
    ['Drücken Sie die Windows-Taste + R.', 'Öffnen Sie die Eingabeaufforderung.'],
    ['Die Fenster werden geputzt.', 'Das Skript liegt im Ordner.'],
  ],
  nl: [
    ['Druk op de Windows-toets + R.', 'Open de opdrachtprompt.'],
    ['De ramen zijn schoon.', 'Het script staat in de map.'],
  ],
  fr: [
    ['Appuyez sur la touche Windows + R.', 'Ouvrez l’invite de commandes.'],
    ['Les fenêtres sont propres.', 'Le script est dans le dossier.'],
  ],
  es: [
    ['Pulse la tecla Windows + R.', 'Abra el símbolo del sistema.'],
    ['Las ventanas están limpias.', 'El programa está en la carpeta.'],
  ],
  pt: [
    ['Pressione a tecla Windows + R.', 'Abra o prompt de comando.'],
    ['As janelas estão limpas.', 'O programa está na pasta.'],
  ],
};

const DEVICE_CODE: Table = {
  en: [
    ['Enter the code HFQ7-MN2KP.', 'The code expires in 15 minutes.'],
    ['The code review is on Tuesday.', 'We enter the hall at ten.'],
  ],
  de: [
    ['Geben Sie den Code HFQ7 ein.', 'Ihr Gerätecode lautet HFQ7.'],
    ['Der Code wird geprüft.', 'Wir geben Ihnen Bescheid.'],
  ],
  nl: [
    ['Voer de code HFQ7 in.', 'De apparaatcode is HFQ7.'],
    ['De code is getest.', 'Wij voeren de taak uit.'],
  ],
  fr: [
    ['Saisissez le code HFQ7.', 'Le code expire dans 15 minutes.'],
    ['Le code est relu.', 'Il entre à dix heures.'],
  ],
  es: [
    ['Introduzca el código HFQ7.', 'El código caduca en 15 minutos.'],
    ['El código postal es 28001.', 'La llave está en la caja.'],
  ],
  pt: [
    ['Introduza o código HFQ7.', 'Digite o código 4711.'],
    ['O código postal é 1000.', 'A chave está na caixa.'],
  ],
};

const TRADE_DOCUMENT: Table = {
  en: [
    [
      'RFQ for new products 2001',
      'Kindly find the attached invoice for your reference.',
      'Please see our purchase order and quote your best price.',
      'You have a missed voicemail.',
      'Payment advice from the bank',
    ],
    [
      'The order of the chapters is fine.',
      'We invoice at the end of the month.',
      'The receipt of the patch is confirmed.',
    ],
  ],
  de: [
    ['Anbei finden Sie die Rechnung für Mai.', 'Unbezahlte Rechnungen', 'Ihr Lieferschein'],
    ['Wir haben das Angebot besprochen.', 'Der Auftrag ist erledigt.'],
  ],
  nl: [
    ['Bijgevoegd vindt u de factuur.', 'Onze inkooporder 4711'],
    ['De bestelprocedure is klaar.', 'Wij factureren later.'],
  ],
  fr: [
    ['Veuillez trouver ci-joint la facture du mois.', 'Bon de commande 4711'],
    ['La commande de la table est faite.', 'La fracture est soignée.'],
  ],
  es: [
    ['Adjuntamos la factura de mayo.', 'Nuestra orden de compra 4711'],
    ['El pedido llegó el martes.', 'La factura es clara.'],
  ],
  pt: [
    ['Segue em anexo a fatura de maio.', 'Pedido de cotação 4711'],
    ['O pedido chegou na terça.', 'A fatura é clara.'],
  ],
};

const DATA_REQUEST: Table = {
  en: [
    [
      'Please send me the W-2 forms of all our employees.',
      'Kindly forward the updated aging report for accounts receivable.',
      'I need copies of the passports of everyone on the team.',
      'Could you export our customer list with phone numbers and mail it over?',
    ],
    [
      'Can you send me my payslip for October?',
      'Could you provide a list of customers in our industry as references?',
      'Here is the list of employees you asked for.',
      'With our software you can run payroll, export all payroll reports and give employees their payslips.',
      'Please do not send me the W-2s of all employees.',
    ],
  ],
  de: [
    ['Bitte schicken Sie mir die Lohnsteuerbescheinigungen aller Mitarbeiter.', 'Ich brauche die Debitorenliste.'],
    [
      'Anbei die gewünschte Mitarbeiterliste.',
      'Können Sie mir meine Gehaltsabrechnung schicken?',
      'Bitte senden Sie uns das Datenblatt und Ihre Preisliste.',
    ],
  ],
  nl: [
    ['Stuur me de lijst van alle medewerkers met geboortedatum en salaris.', 'Mail mij onze klantenlijst.'],
    ['Stuur me de lijst van deelnemers.', 'Kun je me mijn loonstrook nog eens sturen?'],
  ],
  fr: [
    ['Merci de m’envoyer les bulletins de paie de tous les salariés.', 'Transmettez-moi la balance âgée.'],
    ['Pouvez-vous me renvoyer ma fiche de paie ?', 'Voici la liste des salariés.'],
  ],
  es: [
    ['Necesito las nóminas de todo el personal.', 'Envíeme el informe de antigüedad de saldos.'],
    ['¿Puede reenviarme mi nómina?', 'Aquí tiene la lista de empleados.'],
  ],
  pt: [
    ['Preciso dos recibos de vencimento de todo o pessoal.', 'Mande-me as faturas em aberto.'],
    ['Pode reenviar-me o meu recibo de vencimento?', 'Aqui está a lista de funcionários.'],
  ],
};

const JOB_LURE: Table = {
  en: [
    [
      'Earn 150 to 400 dollars a day from home.',
      'We need remote assistants to rate products.',
      'Receive funds in your account, keep 10% and forward the remainder.',
      'You are paid daily.',
    ],
    [
      'It is a remote contract position paying 45 dollars per hour.',
      'The base salary is 120,000 USD plus bonus.',
      'We offer a part-time position in our bakery, 18 hours a week.',
      'The interface lets you make 5000 requests per hour.',
      'The job runs daily and takes about an hour.',
      'The fee is 2.9 % of each transaction.',
    ],
  ],
  de: [
    ['Verdienen Sie 200 Euro am Tag.', 'Als Finanzagent empfangen Sie Zahlungen.'],
    ['Wir suchen einen Entwickler, Homeoffice an zwei Tagen.', 'Das Gehalt wird am Monatsende überwiesen.'],
  ],
  nl: [
    ['Verdien 200 euro per dag vanuit huis.', 'Dagelijks uitbetaald.'],
    ['Thuiswerken kan twee dagen per week.', 'Het salaris wordt aan het eind van de maand betaald.'],
  ],
  fr: [
    ['Gagnez 200 euros par jour depuis chez vous.', 'Vous recevez des virements sur votre compte et gardez 10 %.'],
    ['Nous recrutons un développeur, télétravail deux jours par semaine.', 'Le salaire est versé à la fin du mois.'],
  ],
  es: [
    ['Gane 200 euros al día desde casa.', 'Una hora al día, pago diario.'],
    ['Buscamos un desarrollador, teletrabajo dos días por semana.', 'El salario se paga a fin de mes.'],
  ],
  pt: [
    ['Fale com a nossa gestora no WhatsApp.', 'Uma hora por dia, pagamento diário.'],
    ['Procuramos um programador, teletrabalho dois dias por semana.', 'O salário é pago no fim do mês.'],
  ],
};

const TABLES: Readonly<Record<Intent, Table>> = {
  'credential-request': CREDENTIAL,
  'payment-request': PAYMENT,
  'bank-change': BANK,
  'gift-card': GIFT,
  extortion: EXTORTION,
  callback: CALLBACK,
  errand: ERRAND,
  windfall: WINDFALL,
  'trade-document': TRADE_DOCUMENT,
  'data-request': DATA_REQUEST,
  'job-lure': JOB_LURE,
  command: COMMAND,
  'device-code': DEVICE_CODE,
};

const rows = (which: 0 | 1) =>
  Object.entries(TABLES).flatMap(([intent, table]) =>
    Object.entries(table).flatMap(([language, texts]) => texts[which].map((text) => [intent, language, text] as const)),
  );

const intentsIn = (text: string) => findIntentCues(text).map(({ intent }) => intent as string);

describe('phrases', () => {
  test.each(rows(0))('%s in %s: %s', (intent, language, text) => {
    const found = findIntentCues(text).filter((cue) => cue.intent === intent);
    expect(found.map((cue) => cue.language)).toContain(language);
  });

  test.each(rows(1))('not %s in %s: %s', (intent, _language, text) => {
    expect(intentsIn(text)).not.toContain(intent);
  });

  test('nothing in ordinary words', () => {
    expect(findIntentCues('The talk is at ten.')).toEqual([]);
    expect(findIntentCues('')).toEqual([]);
  });
});

describe('models/intents.json', () => {
  type Lists = Readonly<Record<string, readonly string[]>>;

  /** The phrase in words: the first of each choice, gaps left out. */
  const spoken = (phrase: string, lists: Lists): string =>
    phrase
      .split(' ')
      .filter((item) => item !== '…')
      .map((item) => {
        const [first = ''] = item.split('/');
        const entry = first.startsWith('<') ? (lists[first.slice(1, -1)]?.[0] ?? first) : first;
        return entry
          .replaceAll(/([^ /]+)(?:\/[^ ]+)/g, '$1')
          .replaceAll('*', '')
          .replaceAll('#', '5');
      })
      .join(' ');

  const phrases = Object.entries(data.languages).flatMap(
    ([language, { words, not: _not, if: _if, spared: _spared, ...kinds }]) =>
      Object.entries(kinds).flatMap(([kind, list]) => list.map((phrase) => ({ language, kind, phrase, words }))),
  );

  test('every phrase is found in its own words', () => {
    const dead = phrases.filter(({ kind, phrase, words }) => {
      const text = spoken(phrase, words);
      return kind === 'pressure' ? findPressure(text).length === 0 : !intentsIn(text).includes(kind);
    });
    expect(dead).toEqual([]);
  });

  test('no phrase stands there twice, and every list is used', () => {
    const keys = phrases.map(({ language, kind, phrase }) => `${language} ${kind} ${phrase}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    const unused = Object.entries(data.languages).flatMap(([language, { words }]) =>
      Object.keys(words).filter(
        (name) => !phrases.some((row) => row.language === language && row.phrase.includes(`<${name}>`)),
      ),
    );
    expect(unused).toEqual([]);
  });
});

describe('spelling', () => {
  test.each([
    ['line breaks and blanks', 'Please verify\n   your \t account.'],
    ['capitals', 'VERIFY YOUR ACCOUNT'],
    ['full-width letters', 'ｖｅｒｉｆｙ ｙｏｕｒ ａｃｃｏｕｎｔ'],
    ['mathematical letters', '𝘃𝗲𝗿𝗶𝗳𝘆 𝘆𝗼𝘂𝗿 𝗮𝗰𝗰𝗼𝘂𝗻𝘁'],
    ['soft hyphens', 'veri\u00adfy your acc\u00adount'],
    ['accents of no meaning', 'vérify yoür accóunt'],
    ['accents left out', 'Confirmez votre identite'],
    ['combining accents', 'Confirmez votre identite\u0301'],
    ['umlauts left out', 'Bitte bestatigen Sie Ihre Zugangsdaten'],
  ])('%s', (_name, text) => {
    expect(intentsIn(text)).toEqual(['credential-request']);
  });

  test.each([
    ['another sentence', 'Please verify. Your new account is open.'],
    ['another paragraph', 'We verify\n\nyour account'],
    ['too far apart', 'verify one two three four five your account'],
    ['an address', 'See https://site.example/verify your-account and verify@your.account'],
  ])('not across %s', (_name, text) => {
    expect(findIntentCues(text)).toEqual([]);
  });
});

describe('quotes', () => {
  test('are the words as they stand', () => {
    expect(findIntentCues('Hello,\nplease Verify  your\nAccount, now')).toEqual([
      { intent: 'credential-request', language: 'en', quote: 'Verify  your\nAccount' },
    ]);
  });

  test('one per phrase and place', () => {
    expect(findIntentCues('Verify your account. '.repeat(50))).toHaveLength(1);
    expect(findIntentCues('Verify your account. Your account has been suspended. Verify now.')).toHaveLength(3);
  });

  test('at most 12 per intent and 80 characters', () => {
    const lures = Object.values(CREDENTIAL).flatMap(([fires]) => fires);
    expect(intentsIn(lures.join('\n\n')).filter((intent) => intent === 'credential-request')).toHaveLength(12);
    const [long] = findIntentCues(`verify your ${'x'.repeat(200)} account`);
    expect(long?.quote).toHaveLength(80);
  });
});

describe('pressure', () => {
  test.each([
    ['Do it immediately and keep this confidential.', ['immediately', 'keep this confidential']],
    ['Bitte sofort, es ist streng vertraulich.', ['sofort', 'streng vertraulich']],
    ['Graag zo snel mogelijk, spreek er met niemand over.', ['zo snel mogelijk', 'met niemand over']],
    ['C’est urgent et confidentiel.', ['urgent', 'confidentiel']],
    ['Hágalo hoy mismo, es confidencial.', ['hoy mismo', 'confidencial']],
    ['É urgente, responda ainda hoje.', ['urgente', 'ainda hoje']],
    ['Within 24 hours, or it is closed.', ['Within 24 hours']],
  ])('%s', (text, expected) => {
    expect(findPressure(text)).toEqual(expected);
  });

  test.each([
    'The talk is at ten.',
    'No hurry, any day this week is fine.',
    'Die Besprechung ist am Montag.',
    'Até amanhã.',
  ])('none: %s', (text) => {
    expect(findPressure(text)).toEqual([]);
  });

  test('at most 5', () => {
    expect(
      findPressure('Urgent. Asap. Immediately. Right away. Final notice. Sofort. Dringend. Act now.'),
    ).toHaveLength(5);
  });
});

describe('any text', () => {
  test('is read without failing; quotes are parts of it', () => {
    const words = Object.values(data.languages).flatMap((lexicon) => Object.values(lexicon.words).flat());
    const wordy = fc
      .array(
        fc.oneof(
          fc.constantFrom(...words),
          fc.constantFrom('your', 'not', 'if', '\n', '. ', '#5', '@', '://', '\ud835'),
        ),
        {
          maxLength: 60,
        },
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), wordy), (text) => {
        for (const { quote } of findIntentCues(text)) {
          expect(text).toContain(quote);
          expect(quote.length).toBeLessThanOrEqual(80);
        }
        for (const quote of findPressure(text)) expect(text).toContain(quote);
      }),
    );
  });

  test('a text does not change what is found in the next', () => {
    const text = 'Please verify your account immediately.';
    const before = [findIntentCues(text), findPressure(text)];
    findIntentCues('Our bank details have changed. '.repeat(100));
    expect([findIntentCues(text), findPressure(text)]).toEqual(before);
  });

  test.each([
    ['a phrase', 'please make the wire transfer '],
    ['the beginning of phrases', 'please your need '],
    ['"not" and "if"', 'not if '],
    ['addresses', 'a@'],
    ['one letter', 'a'],
    ['blanks', ' \n'],
    ['every list', Object.values(data.languages.en.words).flat().join(' ')],
  ])('is read in bounded time: %s over and over', (_name, part) => {
    const spentMs = cpuClock();
    findIntentCues(part.repeat(Math.ceil(1_000_000 / part.length)));
    expect(spentMs()).toBeLessThan(5_000);
  });
});
