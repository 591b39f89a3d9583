import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { detectLanguage, type Language } from '../../src/text/language.ts';
import { cpuClock } from '../cpuTime.ts';

describe('language', () => {
  test.each([
    ['en', 'Please find the minutes of our meeting attached, and let me know if something is missing.'],
    ['en', 'The talk is at ten.'],
    ['de', 'Anbei das Protokoll der Besprechung, bitte sagen Sie mir, wenn etwas fehlt.'],
    ['de', 'Bitte überweisen Sie den Betrag auf das Konto.'],
    ['pt', 'Segue em anexo a ata da reunião, por favor diga se falta alguma coisa.'],
    ['pt', 'Já fizemos a transferência, podes confirmar quando chegar? Não há pressa.'],
    ['nl', 'Hierbij het verslag van de vergadering, laat het me weten als er iets ontbreekt.'],
    ['nl', 'Kun je het nog even met Paul bespreken?'],
    ['fr', 'Vous trouverez ci-joint le compte rendu de la réunion, merci de me dire si quelque chose manque.'],
    ['fr', 'Le virement est arrivé, merci pour votre aide.'],
    ['es', 'Adjunto el acta de la reunión, por favor dígame si falta algo.'],
    ['es', 'Su paquete está retenido en la aduana.'],
    ['ja', '議事録を添付いたします。ご確認ください。'],
    ['zh', '附件是会议纪要，请查收。'],
  ] satisfies readonly [Language, string][])('%s: %s', (expected, text) => {
    expect(detectLanguage(text)).toBe(expected);
  });

  test.each([
    ['nothing', ''],
    ['a name and a number', 'Invoice 2134 Hartmann GmbH'],
    ['one telling word', 'Rechnung und Lieferschein'],
    ['another script', 'Пожалуйста, подтвердите вашу учётную запись сегодня.'],
    ['another language', 'Ole hyvä ja lue liitteenä oleva pöytäkirja huolellisesti.'],
    ['a name in another script', 'Tanaka (田中一郎)'],
    ['two languages alike', 'Die Rechnung ist nicht bezahlt. The invoice is not paid.'],
  ])('unknown: %s', (_name, text) => {
    expect(detectLanguage(text)).toBe('unknown');
  });

  test.each([
    ['capitals', 'BITTE ZAHLEN SIE DEN BETRAG AUF DAS KONTO'],
    ['line breaks', 'bitte\nzahlen\nSie\nden\nBetrag\nauf\ndas\nKonto'],
    ['spelt without umlauts', 'Die Rechnung fuer den Monat ist noch nicht bezahlt'],
  ])('whatever the spelling: %s', (_name, text) => {
    expect(detectLanguage(text)).toBe('de');
  });

  test('any text is read', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(typeof detectLanguage(text)).toBe('string')));
  });

  test('long text is read in bounded time', () => {
    const spentMs = cpuClock();
    for (const part of ['the und ', 'a', '\u0301', '𝗮']) detectLanguage(part.repeat(500_000));
    expect(spentMs()).toBeLessThan(5_000);
  });
});
