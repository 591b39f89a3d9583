import { describe, expect, test } from '@jest/globals';
import { passwordIn } from '../../../src/detectors/payload/passwords.ts';
import { cpuClock } from '../../cpuTime.ts';

describe('a password that the mail gives', () => {
  test.each([
    ['Password: 4711', 'Password: 4711'],
    ['The password for the archive is: infected', 'password for the archive is: infected'],
    ['Archive password - inv2026', 'password - inv2026'],
    ['PIN 482913 opens it', 'PIN 482913'],
    ['protected with password "Kx7-p2"', 'password "Kx7-p2'],
    ['pw = abC9', 'pw = abC9'],
    ['Das Passwort lautet 4711abc', 'Passwort lautet 4711abc'],
    ['Kennwort zum Öffnen: Sommer2026', 'Kennwort zum Öffnen: Sommer2026'],
    ['Passwort: 1234', 'Passwort: 1234'],
    ['Zugangscode:\nQX81', 'Zugangscode:\nQX81'],
    ['Le mot de passe est 2026FACT', 'mot de passe est 2026FACT'],
    ['Mot de passe : facture26', 'Mot de passe : facture26'],
    ['La contraseña es 7788', 'contraseña es 7788'],
    ['Contraseña del archivo: factura', 'Contraseña del archivo: factura'],
    ['A senha é 9921', 'senha é 9921'],
    ['Palavra-passe do ficheiro: fatura26', 'Palavra-passe do ficheiro: fatura26'],
    ['Het wachtwoord is 5521', 'wachtwoord is 5521'],
    ['Wachtwoord van het bestand: factuur', 'Wachtwoord van het bestand: factuur'],
  ])('%j', (text, expected) => expect(passwordIn(text)).toBe(expected));

  test.each([
    'The password follows by phone.',
    'Password: follows in a separate mail',
    'The password is your date of birth.',
    'Das Passwort ist Ihr Geburtsdatum.',
    'Das Passwort erhalten Sie per Telefon.',
    'Le mot de passe est votre date de naissance.',
    'La contraseña es su fecha de nacimiento.',
    'A senha é a sua data de nascimento.',
    'Het wachtwoord is uw geboortedatum.',
    'Reset your password at https://partner.example/reset',
    'the pinboard: 4711',
    'You can reach us at 4711 for a new password.',
  ])('none in %j', (text) => expect(passwordIn(text)).toBeUndefined());

  test('long texts of such words in time', () => {
    const spentMs = cpuClock();
    passwordIn('password is '.repeat(100_000));
    passwordIn(`password${' '.repeat(100_000)}`);
    expect(spentMs()).toBeLessThan(200);
  });
});
