/** The kernel's next command line. Sources: grub.cfg as grub-mkconfig 2.06 writes it; Boot Loader Specification; kernel-install(8). */

import { describe, expect, it } from 'vitest';
import { offWord, readKernelLines, type KernelLines } from '../../../src/discover/kernel-line.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';

type Files = Readonly<Record<string, readonly string[]>>;

async function linesOn(files: Files): Promise<KernelLines> {
  const host = {
    situation: 's',
    source: 's',
    boots: false,
    files,
    expected: { exit: 0, verdicts: {} },
  };
  using made = await goldenHost(parseManifest(JSON.stringify(host)));
  return await readKernelLines(made.host);
}

const menu = (...words: readonly string[]) => [
  'set default="0"',
  "menuentry 'Debian GNU/Linux' --class debian {",
  ...words.map((more) => `\tlinux\t/boot/vmlinuz-6.1.0-40-amd64 root=UUID=6f1b ro ${more}`),
  '}',
];

describe('the next boot', () => {
  it.each<[situation: string, files: Files, where: string | undefined, off: string | undefined]>([
    ['unknown', {}, undefined, undefined],
    ['by grub.cfg', { '/boot/grub/grub.cfg': menu('quiet') }, '/boot/grub/grub.cfg:3', undefined],
    [
      'by its first entry',
      { '/boot/grub/grub.cfg': menu('audit=0', 'quiet') },
      '/boot/grub/grub.cfg:3',
      'audit=0',
    ],
    [
      'not by a later entry',
      { '/boot/grub/grub.cfg': menu('quiet', 'audit=off') },
      '/boot/grub/grub.cfg:3',
      undefined,
    ],
    [
      'of Red Hat',
      { '/boot/grub2/grub.cfg': menu('audit=off') },
      '/boot/grub2/grub.cfg:3',
      'audit=off',
    ],
    [
      'by the newest entry',
      {
        '/boot/grub2/grub.cfg': menu('quiet'),
        '/boot/loader/entries/a-6.9.0.conf': ['title old', 'options ro audit=0'],
        '/boot/loader/entries/a-6.12.0.conf': ['title new', 'options ro audit=1'],
      },
      '/boot/loader/entries/a-6.12.0.conf:2',
      undefined,
    ],
    [
      'by a variable of grub',
      {
        '/boot/loader/entries/a.conf': ['options $kernelopts'],
        '/boot/grub2/grubenv': ['# GRUB Environment Block', 'kernelopts=root=/dev/vda1 ro audit=0'],
      },
      '/boot/grub2/grubenv:2',
      'audit=0',
    ],
    [
      'whatever is only like it',
      { '/boot/grub/grub.cfg': menu('xaudit=0 audit=00') },
      '/boot/grub/grub.cfg:3',
      undefined,
    ],
  ])('%s', async (_, files, where, off) => {
    const { next } = await linesOn(files);
    expect(next?.where).toBe(where);
    expect(next && offWord(next)).toBe(off);
  });
});

describe('what the files of the boot loader are made from', () => {
  it('is each line that names words for the kernel', async () => {
    const { sources } = await linesOn({
      '/etc/default/grub': [
        'GRUB_DEFAULT=0',
        '#GRUB_CMDLINE_LINUX="audit=1"',
        'GRUB_CMDLINE_LINUX="audit=0 quiet"',
      ],
      '/etc/default/grub.d/50.cfg': [
        "GRUB_CMDLINE_LINUX_DEFAULT='$GRUB_CMDLINE_LINUX_DEFAULT audit=1'",
      ],
      '/etc/default/grub.d/ignored': ['GRUB_CMDLINE_LINUX="audit=0"'],
      '/etc/kernel/cmdline': ['# comment', 'root=/dev/vda1 audit=off'],
    });
    expect(sources.map(({ where, words }) => [where, words])).toEqual([
      ['/etc/default/grub:3', ['audit=0', 'quiet']],
      ['/etc/default/grub.d/50.cfg:1', ['$GRUB_CMDLINE_LINUX_DEFAULT', 'audit=1']],
      ['/etc/kernel/cmdline:2', ['root=/dev/vda1', 'audit=off']],
    ]);
  });
});
